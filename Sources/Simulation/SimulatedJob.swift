import Foundation
import Jobs
import Scheduling

/// A job of the simulated experiment, with its steps, its result and its behaviour.
struct SimulatedJob: Sendable {
  /// The way in which attempts at the job end.
  enum Behaviour: Sendable {
    /// Each attempt runs to its end.
    case succeeds
    /// Each attempt fails with a transient failure.
    case failsEachTime
    /// The first attempt fails with a permanent failure.
    case failsForGood
    /// Each attempt kills the worker's process.
    case killsWorker
  }

  let planned: PlannedJob
  let behaviour: Behaviour
  let steps: Int
  let result: JobResult
  /// The checkpoint blobs by the number of steps done, from 0.
  let states: [BlobReference]

  /// The number of steps between two checkpoints.
  static let checkpointInterval = 3

  init(_ job: Job, number: Int, steps: Int, behaviour: Behaviour) {
    planned = PlannedJob(job: job, dataset: "simulated", cases: ["\(number)"], cost: Double(steps))
    self.behaviour = behaviour
    self.steps = steps
    states = (0...steps).map { Self.blob("job \(number) after \($0) steps") }
    let role = job.kind == .train ? JobOutput.Role.weights : .mask(case: 0)
    let output = JobOutput(role: role, blob: Self.blob("result \(number)"), seconds: 1)
    result = JobResult(outputs: [output], metrics: [:], seconds: 1, peakMemory: 1)
  }

  func checkpoint(at step: Int) -> Checkpoint { Checkpoint(step: step, blob: states[step]) }

  /// Returns the longest time until the job is settled if nothing but the job itself fails.
  func longest(under settings: CoordinatorSettings) -> Duration {
    let run = Duration.milliseconds(500 * steps) + .seconds(2)
    return switch behaviour {
    case .succeeds: run
    case .failsForGood, .failsEachTime: run * settings.maximumAttempts
    case .killsWorker: (run + settings.terms.lease * 2) * (settings.maximumLosses + steps)
    }
  }

  /// Returns the simulated blob with this content.
  static func blob(_ content: String) -> BlobReference {
    BlobReference(digest: Digest(of: Data(content.utf8)), size: content.utf8.count)
  }
}
