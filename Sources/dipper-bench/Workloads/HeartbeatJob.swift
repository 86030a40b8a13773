import Foundation
import Jobs
import Segmentation
import Threads
import Worker

/// A job that reports progress every millisecond and makes a checkpoint every two seconds.
///
/// Each report contains the time at which it was due and the step of the last checkpoint. From them
/// the receiver computes the delay of the report, and whether that checkpoint is still in transfer.
/// A delayed report does not delay the due times of those after it.
enum HeartbeatJob {
  /// Time between two reports.
  static let interval = Duration.milliseconds(1)
  /// Number of reports from one checkpoint to the next.
  static let checkpointEvery = 2000
  /// Number of checkpoints in the whole job.
  static let checkpoints = 8
  /// Size of a checkpoint in bytes.
  static let checkpointSize = 50_000_000

  static func run(_ emit: (JobEvent) throws -> Control) throws -> JobProducts {
    // The timer of a worker's heartbeats has the same priority. Delays then arise only in transit.
    LowLatencyThread.begin()
    var bytes = Data(count: checkpointSize)
    let start = uptime()
    let total = (checkpoints + 1) * checkpointEvery
    var checkpoint = 0
    for step in 1...total {
      let due = start + interval * step
      while case let rest = due - uptime(), rest > .zero { usleep(UInt32(rest / .microseconds(1))) }
      let metrics = ["due": due / .seconds(1), "checkpoint": Double(checkpoint)]
      _ = try emit(.progress(JobProgress(step: step, total: total, metrics: metrics)))
      guard step % checkpointEvery == 0, step < total else { continue }
      bytes.withUnsafeMutableBytes { $0.storeBytes(of: step, as: Int.self) }
      _ = try emit(.checkpoint(step: step, encoded: { [bytes] in bytes }))
      checkpoint = step
    }
    return JobProducts(products: [], metrics: [:])
  }
}
