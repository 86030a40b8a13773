import Foundation
import Jobs

extension BlobFolder {
  /// Stages a blob of another folder on this machine by a hard link, so that its bytes are neither
  /// sent nor copied.
  ///
  /// - Returns: nil if the other folder has no undamaged copy of the blob, or if the file system
  ///   cannot link the file.
  func hardLinked(_ reference: BlobReference, from other: BlobFolder) -> StagedBlob? {
    guard other.size(reference.digest) == reference.size else { return nil }
    let partial = newPartial()
    guard link(other.file(reference.digest).path, partial.path) == 0 else { return nil }
    guard let bytes = try? Data(contentsOf: partial, options: .alwaysMapped),
      Digest(of: bytes) == reference.digest
    else {
      unlink(partial.path)
      return nil
    }
    return StagedBlob(digest: reference.digest, partial: partial)
  }
}
