import Jobs
import Segmentation

/// A training, once alone, without a checkpoint or a word, and once for the coordinator: in one thread
/// of one process, so that all else is equal. Who is first changes from job to job.
enum DoubleTraining {
  /// The metric by which the result tells how many seconds the training alone took.
  static let alone = "alone"

  static func run(
    _ job: Job, _ blobs: JobBlobs, _ emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    guard case .train(var silent) = job else {
      throw BenchmarkError("a training was expected, not \(job.kind.rawValue)")
    }
    silent.training.checkpointEvery = silent.training.epochs
    let isFirst = silent.seed.isMultiple(of: 2)
    // Whose clock stands still is due to leave a checkpoint only after the last step: never.
    let alone = {
      try seconds {
        _ = try SegmentationCore.run(.train(silent), blobs: blobs, from: nil, now: { 0 }) { _ in
          .proceed
        }
      }
    }
    let before = isFirst ? try alone() : 0
    var made = try SegmentationCore.run(job, blobs: blobs, from: nil, now: { now() }, emit: emit)
    made.metrics[Self.alone] = isFirst ? before : try alone()
    return made
  }
}
