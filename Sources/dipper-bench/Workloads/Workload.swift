import ArgumentParser
import Segmentation
import Worker

/// The computation of a benchmark's workers.
enum Workload: String, ExpressibleByArgument {
  /// Jobs that compute nothing.
  case idle
  /// Jobs with a result of a mebibyte.
  case bulk
  /// Jobs that report progress every millisecond and leave large checkpoints.
  case heartbeats
  /// Jobs that train a network twice, alone and for the coordinator.
  case training

  var computation: Computation {
    switch self {
    case .idle: { _, _, _, _ in JobProducts(products: [], metrics: [:]) }
    case .bulk: { _, _, _, _ in RandomResult.make() }
    case .heartbeats: { _, _, _, emit in try HeartbeatJob.run(emit) }
    case .training: { job, blobs, _, emit in try PairedTraining.run(job, blobs: blobs, emit: emit) }
    }
  }

  /// Shortest time between two progress reports: none if every heartbeat must be sent.
  var progressInterval: Duration { self == .heartbeats ? .zero : .milliseconds(100) }
}
