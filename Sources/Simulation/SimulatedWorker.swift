import Jobs
import Scheduling

/// A worker's process: the real state machine, a simulated compute thread and a link.
final class SimulatedWorker {
  /// An attempt on the compute thread.
  struct Computation {
    let lease: Lease
    var step: Int
    /// True if the attempt shall stop after a checkpoint, false if it shall stop without one, and
    /// nil if it shall continue.
    var stop: Bool?
  }

  /// The reason that the journal gives for the loss of a worker whose death was reported.
  static let deathReason = "its process was killed"

  let id: WorkerID
  var state: WorkerState
  var clock: SimulatedClock
  var link = SimulatedLink()
  var isAlive = true
  var frozenUntil = Instant.origin
  var computation: Computation?
  /// The leases that wait for the compute thread.
  var waiting: [Lease] = []
  /// The number of computations that were started. It identifies the computation to which an event
  /// of the timeline belongs.
  var thread = 0
  /// The attempts whose blobs have all been fetched.
  var fetched: Set<Attempt> = []
  /// The attempts whose end was reported, which only a planted bug uses.
  var reported: Set<Attempt> = []

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
