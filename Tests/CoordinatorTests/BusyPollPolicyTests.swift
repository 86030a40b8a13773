import Coordinator
import Testing

/// The decision whether the coordinator's thread polls for the next event or sleeps.
struct BusyPollPolicyTests {
  /// Returns the time for which it polls after these batches of events, each after a wait.
  private func duration(after batches: [(events: Int, wait: Duration)]) -> Duration {
    var policy = BusyPollPolicy()
    for batch in batches { policy.record(events: batch.events, after: batch.wait) }
    return policy.duration
  }

  private let soon = Duration.microseconds(300)

  @Test("the thread polls after one or two events that came soon")
  func pollsAfterExchange() {
    #expect(duration(after: []) == .zero)
    #expect(duration(after: [(1, soon)]) == BusyPollPolicy.maximumWait)
    #expect(duration(after: [(2, soon)]) == BusyPollPolicy.maximumWait)
  }

  @Test("the thread sleeps if events are rare or many")
  func sleepsOtherwise() {
    #expect(duration(after: [(1, soon), (1, BusyPollPolicy.maximumWait)]) == .zero)
    #expect(duration(after: [(1, soon), (3, .microseconds(10))]) == .zero)
    #expect(duration(after: [(1, .seconds(1)), (1, soon)]) == BusyPollPolicy.maximumWait)
  }
}
