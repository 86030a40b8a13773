import Jobs

/// A worker's connection to the coordinator, from its joining until it leaves or is lost.
struct Session: Sendable {
  var description: WorkerDescription
  /// The rank in the order of joining. Among equals the worker that joined first is served first.
  let number: Int
  var lastHeard: Instant
  /// The attempts that the worker holds, and the instants of their leases.
  var leases: [Attempt: Instant] = [:]
  var isDismissed = false
  /// True if the worker was probed and has not answered.
  var wasProbed = false
  /// True if the connection is gone and nothing was heard since.
  var isUnreachable = false
  /// The only deadline that counts; earlier entries of the queue are stale.
  var nextCheck = Instant.origin

  /// Notes that the worker was heard.
  ///
  /// - Returns: true if the worker had been probed.
  mutating func hear(at now: Instant) -> Bool {
    let hadBeenProbed = wasProbed
    lastHeard = now
    isUnreachable = false
    wasProbed = false
    return hadBeenProbed
  }

  var hasCredit: Bool { !isDismissed && leases.count < description.credit }
}

/// The instant at which to check whether a worker was heard meanwhile.
struct Deadline: Comparable, Sendable {
  let instant: Instant
  let number: Int
  let worker: WorkerID

  static func < (one: Deadline, other: Deadline) -> Bool {
    (one.instant, one.number) < (other.instant, other.number)
  }
}
