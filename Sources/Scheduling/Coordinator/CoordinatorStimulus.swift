import Jobs

/// An event to which the coordinator reacts.
public enum CoordinatorStimulus: Hashable, Sendable {
  /// These jobs belong to the experiment; known ones are left as they are. With `isFinal` false more
  /// will be submitted once they are settled, so the workers are kept until then.
  case submitted([PlannedJob], isFinal: Bool = true)
  /// A message of a worker has arrived.
  case received(WorkerMessage, from: WorkerID)
  /// A message to this worker could not be delivered, because its process or its connection is gone.
  case unreachable(WorkerID)
  /// Time has passed. The caller sends a tick at least twice per heartbeat.
  case tick
  /// The user interrupts the run: no more leases, and the workers save checkpoints and leave.
  case interrupted
  /// The user has made a request.
  case requested(ControlRequest)

  /// True for a request of the user, who waits for the answer.
  public var isRequest: Bool { if case .requested = self { true } else { false } }
}

extension [CoordinatorStimulus] {
  /// The stimuli with ticks moved to the end, so that a worker whose message is already queued is not
  /// declared silent.
  public var ticksLast: [CoordinatorStimulus] {
    filter { $0 != .tick } + filter { $0 == .tick }
  }
}
