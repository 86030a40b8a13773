import Jobs

/// A worker that is heard.
struct Session: Sendable {
  var description: WorkerDescription
  /// In the order of joining: who came first is served first.
  let number: Int
  var lastHeard: Instant
  /// The attempts in its hands and since when.
  var leases: [Attempt: Instant] = [:]
  var isDismissed = false
  /// It was asked whether it is there, and has not answered.
  var wasProbed = false
  /// The connection is gone; nothing was heard since.
  var isUnreachable = false
  /// The one deadline that counts.
  var nextLook = Instant.origin

  /// It has said something.
  ///
  /// - Returns: whether it had been asked to.
  mutating func hear(at now: Instant) -> Bool {
    defer { (lastHeard, isUnreachable, wasProbed) = (now, false, false) }
    return wasProbed
  }

  var hasCredit: Bool { !isDismissed && leases.count < description.credit }
}

/// When to look whether a worker was heard meanwhile.
struct Deadline: Comparable, Sendable {
  let instant: Instant
  let number: Int
  let worker: WorkerID

  static func < (one: Deadline, other: Deadline) -> Bool {
    (one.instant, one.number) < (other.instant, other.number)
  }
}

/// Where the coordinator is in its life; instants are those after which it waits no longer.
enum CoordinatorPhase: Hashable, Sendable {
  case working
  /// Hands out nothing more; ends when nobody has anything in hands.
  case draining
  case finishing(until: Instant)
  case interrupted(until: Instant)
  case concluded
}

/// What one stimulus brings about. All facts go to disk at once, and before anything is said.
struct Outbox: Sendable {
  var events: [JournalEvent] = []
  var messages: [CoordinatorDirective] = []

  mutating func drain() -> [CoordinatorDirective] {
    defer { self = Outbox() }
    return events.isEmpty ? messages : [.record(events)] + messages
  }
}
