/// The rule for when a training leaves a checkpoint, equation (56).
///
/// Checkpoints are so frequent that a lost worker costs two seconds of work or a hundredth of the
/// job, whichever is more, and so rare that they take at most a twentieth of the time.
package struct CheckpointPacing {
  /// Work that may be lost however short the job is, less the time to the coordinator.
  private static let shortest = Duration.milliseconds(1200)
  /// Divisor of the job's expected duration that gives the work that may be lost.
  private static let lossDivisor = 100
  /// Work between two checkpoints as a multiple of their cost, at least. It has priority: where
  /// checkpoints are expensive, more work may be lost.
  private static let workPerCost = 20

  private let every: Int
  private let first: Int
  private let start: Duration
  private var last: Duration
  private var cost = Duration.zero

  /// Starts the clock of a training.
  ///
  /// - Parameters:
  ///   - every: number of steps after which a checkpoint is due, unless that costs too much.
  ///   - first: number of steps that the training has taken already.
  ///   - start: present time on a monotonic clock.
  package init(every: Int, from first: Int, at start: Duration) {
    self.every = every
    self.first = first
    self.start = start
    last = start
  }

  /// Returns true if a checkpoint is due after `step` of `total` steps; never after the last.
  package func isDue(after step: Int, of total: Int, at now: Duration) -> Bool {
    guard step < total, now - last >= cost * Self.workPerCost else { return false }
    guard step % every != 0 else { return true }
    let pace = (now - start) / max(1, step - first)
    let interval = max(Self.shortest, pace * total / Self.lossDivisor)  // equation (56)
    // By the end of the next step it would be overdue.
    return now > start && now + pace - last > interval
  }

  /// Takes note of a checkpoint that was made in the time from `begin` to `end`.
  package mutating func checkpointMade(from begin: Duration, to end: Duration) {
    cost = end - begin
    last = end
  }
}
