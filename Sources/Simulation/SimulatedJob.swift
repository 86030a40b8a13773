import Foundation
import Jobs
import Scheduling

/// A job of a simulated experiment and what happens to those who run it.
struct SimulatedJob: Sendable {
  /// How it behaves.
  enum Temper: Sendable {
    /// It runs to its end.
    case sound
    /// Each attempt fails, for a reason that might go away.
    case failing
    /// It fails once for all.
    case hopeless
    /// It takes the worker's process along.
    case deadly
  }

  let planned: PlannedJob
  let temper: Temper
  let steps: Int
  let result: JobResult
  /// The state after each step, from 0.
  let states: [BlobReference]

  /// How often it leaves a checkpoint.
  static let checkpointInterval = 3

  init(_ job: Job, number: Int, steps: Int, temper: Temper) {
    planned = PlannedJob(job: job, dataset: "simulated", cases: ["\(number)"], cost: Double(steps))
    (self.temper, self.steps) = (temper, steps)
    states = (0...steps).map { Self.blob("job \(number) after \($0) steps") }
    let role = job.kind == .train ? JobOutput.Role.weights : .mask(case: 0)
    let output = JobOutput(role: role, blob: Self.blob("result \(number)"), seconds: 1)
    result = JobResult(outputs: [output], metrics: [:], seconds: 1, peakMemory: 1)
  }

  func checkpoint(at step: Int) -> Checkpoint { Checkpoint(step: step, blob: states[step]) }

  /// The longest time until it is settled while nothing fails but the job itself.
  func longest(under settings: CoordinatorSettings) -> Duration {
    let run = Duration.milliseconds(500 * steps) + .seconds(2)
    return switch temper {
    case .sound: run
    case .hopeless, .failing: run * settings.maximumAttempts
    case .deadly: (run + settings.terms.lease * 2) * (settings.maximumLosses + steps)
    }
  }

  /// The make-believe blob of this content.
  static func blob(_ content: String) -> BlobReference {
    BlobReference(digest: Digest(of: Data(content.utf8)), size: content.utf8.count)
  }
}
