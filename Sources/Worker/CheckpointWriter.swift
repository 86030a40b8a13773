import Blobs
import Foundation
import Jobs
import Synchronization
import Threads

/// Encodes, hashes and writes checkpoints on a background queue while the computation continues.
///
/// Writing a checkpoint takes a tenth of a second, or a second when the disk is busy. Training
/// bounds the share of its time that it spends on checkpoints, so writing on the compute thread
/// would make checkpoints rarer.
final class CheckpointWriter: Sendable {
  private let cache: BlobFolder
  private let queue = BackgroundQueue("checkpoints")
  private let failure = Mutex<(any Error)?>(nil)

  init(cache: BlobFolder) { self.cache = cache }

  /// Starts to write a checkpoint after waiting for the previous one.
  ///
  /// - Parameters:
  ///   - encoded: returns the checkpoint's bytes. It is called on the background queue.
  ///   - done: called on the background queue with the stored blob.
  /// - Throws: the error of the previous checkpoint, `DipperError` of code `blobStorageFailed`.
  func write(
    _ encoded: @escaping @Sendable () -> Data, done: @escaping @Sendable (BlobReference) -> Void
  ) throws {
    try finish()
    queue.async {
      do { done(try self.cache.put(encoded())) } catch { self.failure.withLock { $0 = error } }
    }
  }

  /// Waits until every checkpoint is written.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed` if one could not be written.
  func finish() throws {
    queue.sync()
    try failure.withLock { failure in
      defer { failure = nil }
      if let failure { throw failure }
    }
  }
}
