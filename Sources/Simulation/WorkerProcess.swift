import Jobs
import Scheduling

/// A worker's process: the real state machine, a make-believe compute thread and a link.
final class WorkerProcess {
  /// What runs on the compute thread, or waits for it.
  struct Computation {
    let lease: Lease
    var step: Int
    /// Asked to stop, with or without leaving a checkpoint.
    var stop: Bool?
  }

  let id: WorkerID
  var state: WorkerState
  var clock: SimulatedClock
  var link = SimulatedLink()
  var isAlive = true
  var frozenUntil = Instant.origin
  var computation: Computation?
  /// What waits for the compute thread.
  var waiting: [Lease] = []
  /// Counts the computations, so that what one left on the agenda does not move the next.
  var thread = 0
  /// Attempts whose blobs are all here.
  var fetched: Set<Attempt> = []
  /// The ends that it has told; only a planted bug asks.
  var said: Set<Attempt> = []

  init(number: Int, credit: Int, clock: SimulatedClock) {
    id = WorkerID("worker \(number)")
    var settings = WorkerSettings()
    settings.shutdownGrace = .seconds(8)
    state = WorkerState(
      description: WorkerDescription(
        host: "node", process: number, credit: credit, fingerprint: [:]),
      settings: settings)
    self.clock = clock
  }
}
