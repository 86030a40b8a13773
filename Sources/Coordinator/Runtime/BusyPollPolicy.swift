/// Decides whether the coordinator's thread polls for the next event and keeps its core busy, or
/// sleeps until it is woken.
///
/// When short jobs are leased one by one, each round trip to a worker wakes about a dozen threads
/// in turn, mostly on cores that have just gone to sleep. Polling saves a tenth of a millisecond of
/// each round trip. The thread polls only after at most `maximumEvents` events that came within
/// `maximumWait` of the previous ones. At any other pace it sleeps, because a training on the same
/// machine needs the core.
package struct BusyPollPolicy {
  /// The longest time for which the thread polls. A round trip takes about 0.5 ms.
  package static let maximumWait = Duration.microseconds(700)
  /// The largest number of events that count as one round trip, in which a job ends and its worker
  /// is ready for the next.
  private static let maximumEvents = 2

  /// The time for which to poll for the next event; zero means that the thread sleeps at once.
  package private(set) var duration = Duration.zero

  package init() {}

  /// Records the number of events that arrived together, and the time since the thread began to
  /// wait for them.
  package mutating func record(events: Int, after wait: Duration) {
    let isExchange = events <= Self.maximumEvents && wait < Self.maximumWait
    duration = isExchange ? Self.maximumWait : .zero
  }
}
