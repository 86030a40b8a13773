import Coordinator
import Jobs
import Methods
import Scheduling
import Synchronization

/// Measures a training that sends metrics and checkpoints to a coordinator beside the same training
/// without them, alternately in one worker. The figure is the median.
struct StreamingTax: Benchmark {
  let name = "tax"
  let abstract = "training M3 at 128 x 128 for a coordinator, beside the same without one"
  private let epochs = 60
  private let count = 5

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    let sample = try PhantomJob(.m3, size: 128, epochs: epochs)
    // The first job warms the worker up and is not counted.
    let jobs = (0...count).map { number in
      guard case .train(var job) = sample.job else { preconditionFailure("M3 is trained") }
      var prior = DeepImagePrior()
      prior.network.width = 32
      job.seed = UInt64(number)
      job.loss = .assisted(prior, similarity: 0.5)
      job.training.checkpointEvery = TrainingParameters().checkpointEvery
      return Job.train(job)
    }
    let collector = ResultCollector()
    let run = CoordinatedRun(
      name: "tax", jobs: jobs, inputs: Array(sample.inputs.values), workload: .training,
      workers: 1, credit: 1)
    _ = try run.run(in: environment, display: collector)
    let times = pairedTimes(collector.results.dropFirst())
    try report(
      Figure(
        "tax", ours: times.medians.ours, theirs: times.medians.theirs, in: .seconds,
        peer: "no metrics, no checkpoints, same process, median of \(count)"))
  }

  /// Returns the times with a coordinator and those of the training alone.
  private func pairedTimes(_ results: ArraySlice<JobResult>) -> PairedTimes {
    var times = PairedTimes()
    for result in results {
      guard let alone = result.metrics[PairedTraining.alone] else { continue }
      times.append(ours: .seconds(result.seconds - alone), theirs: .seconds(alone))
    }
    return times
  }
}

/// Collects results in the order in which jobs are completed.
private final class ResultCollector: ProgressDisplay {
  private let collected = Mutex<[JobResult]>([])

  var results: [JobResult] { collected.withLock(\.self) }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    if case .completed(_, let result) = notification {
      collected.withLock { $0.append(result) }
    }
  }

  func update(_ state: CoordinatorState, at now: Instant) {}
}
