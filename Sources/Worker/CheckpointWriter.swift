import Blobs
import Foundation
import Jobs
import Synchronization
import Threads

/// Encodes, digests and writes attempts' checkpoints beside their computation, one after the other.
///
/// That takes a tenth of a second and now and then, when the disk is busy, a whole one. Paid by the
/// computation, it would make checkpoints rarer: their price is bounded.
final class CheckpointWriter: Sendable {
  private let cache: BlobFolder
  private let queue = BackgroundQueue("checkpoints")
  private let failure = Mutex<(any Error)?>(nil)

  init(cache: BlobFolder) { self.cache = cache }

  /// Writes what `encoded` gives as soon as the one before is written, for which it waits; then calls
  /// `done`.
  ///
  /// - Throws: what the one before met: `BlobError` of code `storage`.
  func write(
    _ encoded: @escaping @Sendable () -> Data, done: @escaping @Sendable (BlobReference) -> Void
  ) throws {
    try finish()
    queue.async {
      do { done(try self.cache.put(encoded())) } catch { self.failure.withLock { $0 = error } }
    }
  }

  /// Waits until all are written.
  ///
  /// - Throws: `BlobError` of code `storage`.
  func finish() throws {
    queue.sync()
    try failure.withLock { failure in
      defer { failure = nil }
      if let failure { throw failure }
    }
  }
}
