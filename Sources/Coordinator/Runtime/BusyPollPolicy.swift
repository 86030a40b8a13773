/// Decides whether the coordinator's thread polls for the next event, keeping its core, or sleeps until
/// it is woken.
///
/// When short jobs are handed out one by one, a round trip to a worker is a chain of a dozen threads
/// that wake each other, mostly on cores that have just gone to sleep. A thread that keeps its core
/// saves a tenth of a millisecond of each trip. It polls only while that pays off: after a lone event
/// that came within `maximumWait` of the last. At any other pace it sleeps, because a training beside
/// it needs the core.
package struct BusyPollPolicy {
  /// The longest time for which the thread polls. A round trip should take 0.5 ms.
  package static let maximumWait = Duration.microseconds(700)
  /// The largest number of events that count as one exchange: a job ends, and its worker asks for more.
  private static let maximumEvents = 2

  /// The time for which to poll for the next event; zero means that the thread sleeps at once.
  package private(set) var duration = Duration.zero

  package init() {}

  /// Records that a number of events were handled at once, after a wait.
  package mutating func record(events: Int, after wait: Duration) {
    let isExchange = events <= Self.maximumEvents && wait < Self.maximumWait
    duration = isExchange ? Self.maximumWait : .zero
  }
}
