import Errors
import Jobs
import Segmentation
import Worker

/// Trains a network twice in one thread of one process: once alone, without checkpoints and
/// reports, and once for the coordinator. Everything else is equal, and the order alternates from
/// job to job.
enum PairedTraining {
  /// The metric of the result that holds the seconds of the training alone.
  static let alone = "alone"

  static func run(
    _ job: Job, blobs: JobBlobs, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    guard case .train(let training) = job else {
      throw DipperError(
        .benchmarkFailed, "a training was expected, not a job of kind \(job.kind.rawValue)")
    }
    let isAloneFirst = training.seed.isMultiple(of: 2)
    let before = isAloneFirst ? try timeAlone(training, blobs: blobs) : .zero
    var made = try SegmentationCore.run(
      job, blobs: blobs, from: nil, now: uptime, emit: emit)
    let time = isAloneFirst ? before : try timeAlone(training, blobs: blobs)
    made.metrics[alone] = time / .seconds(1)
    return made
  }

  private static func timeAlone(_ job: TrainJob, blobs: JobBlobs) throws -> Duration {
    var silent = job
    silent.training.checkpointEvery = silent.training.epochs
    // No checkpoint is ever due with a clock that stands still.
    return try elapsed {
      _ = try SegmentationCore.run(.train(silent), blobs: blobs, from: nil, now: { .zero }) { _ in
        .proceed
      }
    }
  }
}
