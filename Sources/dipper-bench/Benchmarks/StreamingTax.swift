import Coordinator
import Jobs
import Methods
import Scheduling
import Synchronization

/// A training whose metrics and checkpoints go to a coordinator beside the same training without
/// either, in turns in one worker. Medians.
struct StreamingTax: Benchmark {
  let name = "tax"
  let abstract = "training M3 at 128 x 128 for a coordinator, beside the same without one"
  private let epochs = 60
  private let count = 5

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let sample = try SampleJob(.m3, size: 128, epochs: epochs, precision: nil)
    // The first of them warms the worker.
    let jobs = (0...count).map { number in
      guard case .train(var job) = sample.job else { preconditionFailure("M3 is trained") }
      var prior = DeepImagePrior()
      prior.network.width = 32
      job.seed = UInt64(number)
      job.loss = .assisted(prior, similarity: 0.5)
      job.training.checkpointEvery = TrainingParameters().checkpointEvery
      return Job.train(job)
    }
    let ends = Ends()
    let run = CoordinatedRun(
      name: "tax", jobs: jobs, inputs: Array(sample.inputs.values), part: .training, workers: 1,
      credit: 1)
    _ = try run.run(in: place, display: ends)
    let results = ends.results.dropFirst()
    let alone = results.compactMap { $0.metrics[DoubleTraining.alone] }
    let streamed = zip(results, alone).map { $0.seconds - $1 }
    try report(
      Figure(
        "tax", median(streamed), "s",
        peer: "no metrics, no checkpoints, same process, median of \(count)", median(alone)))
  }
}

/// Collects results in the order in which they come.
private final class Ends: ProgressDisplay {
  private let heard = Mutex<[JobResult]>([])

  var results: [JobResult] { heard.withLock(\.self) }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    if case .completed(_, let result) = notification { heard.withLock { $0.append(result) } }
  }

  func update(_ state: CoordinatorState, at now: Instant) {}
}
