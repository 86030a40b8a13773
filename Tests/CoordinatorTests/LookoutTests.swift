import Coordinator
import Testing

/// When the thread that decides keeps its core for what comes next.
struct LookoutTests {
  /// Seconds that it looks out after these batches of events, each after a wait.
  private func seconds(after batches: [(events: Int, wait: Double)]) -> Double {
    var lookout = Lookout()
    for (events, wait) in batches { lookout.heard(events, after: wait) }
    return lookout.seconds
  }

  @Test func itSleepsUntilSomethingComesAloneAndSoon() {
    #expect(seconds(after: []) == 0)
    #expect(seconds(after: [(1, 3e-4)]) == Lookout.patience)
    #expect(seconds(after: [(2, 3e-4)]) == Lookout.patience)
  }

  @Test func itSleepsWhereEventsAreRareOrMany() {
    #expect(seconds(after: [(1, 3e-4), (1, Lookout.patience)]) == 0)
    #expect(seconds(after: [(1, 3e-4), (3, 1e-5)]) == 0)
    #expect(seconds(after: [(1, 1), (1, 3e-4)]) == Lookout.patience)
  }
}
