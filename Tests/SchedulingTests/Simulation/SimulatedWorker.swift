import Experiments
import Scheduling
import TestSupport

/// A worker process: the real state machine, a make-believe compute thread and a link.
struct SimulatedWorker {
  /// What runs on the compute thread.
  struct Computation {
    let lease: Lease
    var step: Int
    /// Asked to stop, with or without leaving a checkpoint.
    var stop: Bool?
  }

  let id: WorkerID
  var state: WorkerState
  var isAlive = true
  var computation: Computation?
  /// Messages under way carry the link's number and are lost when it has changed.
  var link = 0
  var linkDownUntil: Instant = 0
  var frozenUntil: Instant = 0
  var lastArrival: Instant = 0
  var lastDeparture: Instant = 0

  init(number: Int, credit: Int) {
    id = WorkerID("worker \(number)")
    state = WorkerState(
      description: WorkerDescription(host: "node", process: number, credit: credit, passport: [:]),
      settings: WorkerSettings())
  }

  /// The next step of the compute thread: what it reports, and whether it goes on.
  mutating func step(failing fails: Bool) -> (reports: [WorkerStimulus], goesOn: Bool) {
    guard var work = computation else { return ([], false) }
    let (attempt, job) = (work.lease.attempt, work.lease.job)
    if let leavesCheckpoint = work.stop {
      computation = nil
      let checkpoint = Self.checkpoint(of: job, work.step)
      let last: [WorkerStimulus] = leavesCheckpoint ? [.checkpointed(attempt, checkpoint)] : []
      return (last + [.stopped(attempt)], false)
    }
    work.step += 1
    computation = work
    if fails || Self.isHopeless(job) {
      computation = nil
      let failure = JobFailure(message: "simulated", isTransient: !Self.isHopeless(job))
      return ([.computationFailed(attempt, failure)], false)
    }
    if work.step >= Self.steps {
      computation = nil
      return ([.computed(attempt, Jobs.result(of: job, name: "\(job.seed)"))], false)
    }
    let progress = JobProgress(step: work.step, total: Self.steps, metrics: [:])
    let saves = work.step.isMultiple(of: 3)
    return (
      [.progressed(attempt, progress)]
        + (saves ? [.checkpointed(attempt, Self.checkpoint(of: job, work.step))] : []), true
    )
  }

  static let steps = 10

  /// One of the jobs fails whoever runs it.
  static func isHopeless(_ job: Job) -> Bool { job.seed == 4 }

  private static func checkpoint(of job: Job, _ step: Int) -> Checkpoint {
    Checkpoint(step: step, blob: Jobs.blob("\(job.seed) \(step)"))
  }
}
