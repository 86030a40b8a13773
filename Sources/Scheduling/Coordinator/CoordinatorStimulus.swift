import Jobs

/// An event to which the coordinator reacts.
public enum CoordinatorStimulus: Hashable, Sendable {
  /// These jobs belong to the experiment. Jobs that are known already are left as they are. If
  /// `isFinal` is false, more jobs will be submitted once these are settled, so the workers are
  /// kept until then.
  case submitted([PlannedJob], isFinal: Bool = true)
  /// A message from a worker has arrived.
  case received(WorkerMessage, from: WorkerID)
  /// A message to this worker could not be delivered, because the worker's process or connection is
  /// gone.
  case unreachable(WorkerID)
  /// The process of this worker has died, for instance by a signal. The reason says how, in a
  /// sentence without a full stop.
  case died(WorkerID, reason: String)
  /// Time has passed. The caller sends a tick at least twice per heartbeat.
  case tick
  /// The user interrupts the run: the coordinator leases nothing more, and the workers save
  /// checkpoints and leave.
  case interrupted
  /// The user has made a request.
  case requested(ControlRequest)

  /// True for a request of the user, which must be answered promptly.
  public var isRequest: Bool { if case .requested = self { true } else { false } }
}

extension [CoordinatorStimulus] {
  /// The stimuli with ticks moved to the end, so that a worker whose message is already queued is
  /// not declared silent.
  public var ticksLast: [CoordinatorStimulus] {
    filter { $0 != .tick } + filter { $0 == .tick }
  }
}
