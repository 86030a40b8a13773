/// When a run leaves a state from which it can be continued: so often that a dead worker loses two
/// seconds of work or a hundredth of the job, whichever is more, and so seldom that it costs little.
package struct CheckpointPacing {
  /// Seconds of work that may be lost however short the job is, less the way to the coordinator.
  private static let shortest = 1.2
  /// Share of the job's expected time that may be lost.
  private static let share = 0.01
  /// Largest share of the time that may go into checkpoints. It comes first: where a checkpoint is
  /// dear, more work may be lost.
  private static let price = 0.05

  private let every: Int
  private let first: Int
  private let start: Double
  private var last: Double
  private var cost = 0.0

  /// - Parameters:
  ///   - every: steps after which one is due, unless that costs too much.
  ///   - first: the step from which the run goes on.
  ///   - now: seconds on a monotonic clock.
  package init(every: Int, from first: Int, at now: Double) {
    (self.every, self.first, start, last) = (every, first, now, now)
  }

  /// Whether one is due after `step` of `total` steps; never after the last.
  package func isDue(after step: Int, of total: Int, at now: Double) -> Bool {
    guard step < total, now - last >= cost / Self.price else { return false }
    guard step % every != 0 else { return true }
    let pace = (now - start) / Double(max(1, step - first))
    let interval = max(Self.shortest, Self.share * pace * Double(total))
    // By the end of the next step it would be overdue.
    return now > start && now + pace - last > interval
  }

  /// One was left in the time from `begin` to `end`.
  package mutating func left(from begin: Double, to end: Double) {
    cost = end - begin
    last = end
  }
}
