import Segmentation
import Testing

/// Tests how much work a lost worker costs, and how much time checkpoints take.
struct CheckpointPacingTests {
  /// The outcome of a simulated training.
  private struct SimulatedTraining {
    /// Steps after which a checkpoint was made.
    var steps: [Int] = []
    /// Longest work that a lost worker would have cost.
    var longestLoss = Duration.zero
    /// Share of the time that went into checkpoints.
    var costShare = 0.0
  }

  /// Simulates `total` steps that take `pace` each, with checkpoints that take `cost` each.
  private func run(
    total: Int, pace: Duration, cost: Duration = .zero, every: Int = .max
  ) -> SimulatedTraining {
    let start = Duration.seconds(100)
    var now = start
    var last = start
    var training = SimulatedTraining()
    var pacing = CheckpointPacing(every: every, from: 0, at: now)
    for step in 1...total {
      now += pace
      training.longestLoss = max(training.longestLoss, now - last)
      guard pacing.isDue(after: step, of: total, at: now) else { continue }
      training.steps.append(step)
      pacing.checkpointMade(from: now, to: now + cost)
      now += cost
      last = now
    }
    training.costShare = cost * training.steps.count / (now - start)
    return training
  }

  @Test("a short job loses at most two seconds", arguments: [1, 50, 300, 1000])
  func shortJobLosesTwoSeconds(milliseconds: Int) {
    let training = run(total: 60_000 / milliseconds, pace: .milliseconds(milliseconds))
    #expect(training.longestLoss <= .seconds(2))
    #expect(training.steps.count <= 60)
  }

  @Test("a long job loses at most a hundredth")
  func longJobLosesHundredth() {
    let training = run(total: 10_000, pace: .milliseconds(360))
    #expect(training.longestLoss <= .seconds(36.1) && training.longestLoss > .seconds(30))
  }

  @Test("checkpoints take at most a twentieth of the time", arguments: [100, 500, 2000])
  func checkpointsTakeTwentieth(milliseconds: Int) {
    let training = run(total: 1000, pace: .milliseconds(200), cost: .milliseconds(milliseconds))
    #expect(training.costShare <= 0.05)
  }

  /// On a GPU 25 steps take a fifth of a second, but their checkpoint is as large as elsewhere.
  @Test("a configured number of steps does not raise the cost", arguments: [10, 100, 500])
  func stepCountKeepsCost(milliseconds: Int) {
    let training = run(
      total: 20_000, pace: .milliseconds(8), cost: .milliseconds(milliseconds), every: 25)
    #expect(training.costShare <= 0.05 && !training.steps.isEmpty)
  }

  @Test("a configured number of steps is kept on a clock that stands still")
  func stepCountIsKept() {
    #expect(run(total: 12, pace: .zero, every: 5).steps == [5, 10])
    #expect(run(total: 10, pace: .zero, every: 5).steps == [5])
    #expect(run(total: 10, pace: .zero).steps.isEmpty)
  }
}
