/// The rule that decides when a training writes a checkpoint, equation (56).
///
/// A lost worker costs at most about two seconds of work or a hundredth of the job, whichever is
/// more. Checkpoints take at most a twentieth of the time.
package struct CheckpointPacing {
  /// Work that may be lost even if the job is short, minus the time that a checkpoint takes to
  /// reach the coordinator.
  private static let shortest = Duration.milliseconds(1200)
  /// Divisor of the job's expected duration that gives the work that may be lost.
  private static let lossDivisor = 100
  /// Least work between two checkpoints, as a multiple of the cost of one. This limit has priority:
  /// if checkpoints are expensive, more work may be lost.
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
    // The checkpoint would be overdue by the end of the next step.
    return now > start && now + pace - last > interval
  }

  /// Records that a checkpoint was made in the time from `begin` to `end`.
  package mutating func checkpointMade(from begin: Duration, to end: Duration) {
    cost = end - begin
    last = end
  }
}
