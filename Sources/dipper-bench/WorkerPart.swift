import ArgumentParser
import Segmentation
import Worker

/// What a benchmark's workers compute.
enum WorkerPart: String, ExpressibleByArgument {
  /// Nothing.
  case idle
  /// A result of a mebibyte.
  case bulk
  /// Nothing, but they say so all the time, and leave large checkpoints.
  case beats
  /// A training, once alone and once for the coordinator.
  case training

  var computation: Computation {
    switch self {
    case .idle: { _, _, _, _ in JobProducts(products: [], metrics: [:]) }
    case .bulk: { _, _, _, _ in RandomResult.make() }
    case .beats: { _, _, _, emit in try Beats.run(emit) }
    case .training: { job, blobs, _, emit in try DoubleTraining.run(job, blobs, emit) }
    }
  }

  /// Seconds between two reports of progress: every beat must be heard.
  var progressInterval: Double { self == .beats ? 0 : 0.1 }
}
