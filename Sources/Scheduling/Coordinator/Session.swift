import Jobs

/// A worker's connection to the coordinator, from its joining until it leaves or is lost.
struct Session: Sendable {
  var description: WorkerDescription
  /// The worker's rank in the order of joining. Among workers with equally many leases, the one
  /// that joined first gets the next job.
  let number: Int
  var lastHeard: Instant
  /// The attempts that the worker holds, and the instants of their leases.
  var leases: [Attempt: Instant] = [:]
  var isDismissed = false
  /// True if the worker was probed and has not answered.
  var wasProbed = false
  /// True if the connection is gone and no message has arrived since.
  var isUnreachable = false
  /// The way in which the worker's process died, or nil as far as is known.
  var death: String?
  /// The instant of the worker's valid entry in the queue of deadlines. Its other entries are
  /// stale.
  var nextCheck = Instant.origin

  /// Notes that a message of the worker has arrived.
  ///
  /// - Returns: true if the worker had been probed since its previous message.
  mutating func hear(at now: Instant) -> Bool {
    let hadBeenProbed = wasProbed
    lastHeard = now
    isUnreachable = false
    wasProbed = false
    return hadBeenProbed
  }

  /// True if the worker's connection or its process is gone.
  var isGone: Bool { isUnreachable || death != nil }

  var hasCredit: Bool { !isDismissed && death == nil && leases.count < description.credit }
}

/// The instant at which a worker's silence is checked.
struct Deadline: Comparable, Sendable {
  let instant: Instant
  let number: Int
  let worker: WorkerID

  static func < (one: Deadline, other: Deadline) -> Bool {
    (one.instant, one.number) < (other.instant, other.number)
  }
}
