import Segmentation
import Testing

/// How much work a dead worker may lose, and what guarding against it may cost.
struct CheckpointPacingTests {
  /// Runs `total` steps of `pace` seconds with checkpoints of `cost` seconds.
  private func run(
    total: Int, pace: Double, cost: Double = 0, every: Int = .max
  ) -> (steps: [Int], most: Double, spent: Double) {
    var (now, last, most, steps) = (100.0, 100.0, 0.0, [Int]())
    var pacing = CheckpointPacing(every: every, from: 0, at: now)
    for step in 1...total {
      now += pace
      most = max(most, now - last)
      guard pacing.isDue(after: step, of: total, at: now) else { continue }
      steps.append(step)
      pacing.left(from: now, to: now + cost)
      now += cost
      last = now
    }
    return (steps, most, Double(steps.count) * cost / (now - 100))
  }

  @Test(arguments: [0.001, 0.05, 0.3, 1.0]) func aShortJobLosesTwoSecondsAtMost(pace: Double) {
    let course = run(total: Int(60 / pace), pace: pace)
    #expect(course.most <= 2, "\(course.most) s")
    #expect(course.steps.count <= 60)
  }

  @Test func aLongJobLosesAHundredth() {
    let course = run(total: 10_000, pace: 0.36)
    #expect(course.most <= 36.1 && course.most > 30)
  }

  @Test(arguments: [0.1, 0.5, 2.0]) func checkpointsCostATwentiethAtMost(cost: Double) {
    #expect(run(total: 1000, pace: 0.2, cost: cost).spent <= 0.05)
  }

  /// On a GPU 25 steps take a fifth of a second, and what they leave is as large as anywhere.
  @Test(arguments: [0.01, 0.1, 0.5]) func norDoesACountOfStepsMakeThemDearer(cost: Double) {
    let course = run(total: 20_000, pace: 0.008, cost: cost, every: 25)
    #expect(course.spent <= 0.05 && !course.steps.isEmpty)
  }

  @Test func aStepCountIsKeptWhateverTheClockSays() {
    #expect(run(total: 12, pace: 0, every: 5).steps == [5, 10])
    #expect(run(total: 10, pace: 0, every: 5).steps == [5])
    #expect(run(total: 10, pace: 0).steps.isEmpty)
  }
}
