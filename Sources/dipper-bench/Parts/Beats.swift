import Foundation
import Jobs
import Segmentation
import Threads

/// A job that says every millisecond that it is there, and now and then leaves a checkpoint.
///
/// Each beat bears the time when it was due and the step of the checkpoint before it: whoever hears it
/// knows how late it is, and whether that checkpoint is still on its way. A beat that is held up does
/// not hold up those after it.
enum Beats {
  /// Seconds between beats.
  static let interval = 0.001
  /// Beats from one checkpoint to the next.
  static let checkpointEvery = 2000
  static let checkpoints = 8
  /// Bytes of a checkpoint.
  static let checkpointSize = 50_000_000

  static func run(_ emit: (JobEvent) throws -> Control) throws -> JobProducts {
    // As the timer of a worker's heartbeats: what is late here is not on the way.
    LowLatencyThread.begin()
    var bytes = Data(count: checkpointSize)
    let (start, total) = (now(), (checkpoints + 1) * checkpointEvery)
    var checkpoint = 0
    for step in 1...total {
      let due = start + Double(step) * interval
      while case let rest = due - now(), rest > 0 { usleep(UInt32(rest * 1e6)) }
      let metrics = ["due": due, "checkpoint": Double(checkpoint)]
      _ = try emit(.progress(JobProgress(step: step, total: total, metrics: metrics)))
      guard step % checkpointEvery == 0, step < total else { continue }
      bytes.withUnsafeMutableBytes { $0.storeBytes(of: step, as: Int.self) }
      _ = try emit(.checkpoint(step: step, encoded: { [bytes] in bytes }))
      checkpoint = step
    }
    return JobProducts(products: [], metrics: [:])
  }
}
