import Foundation
import Jobs

extension BlobFolder {
  /// A blob of another folder on this machine as one that has arrived here: the same file under one
  /// more name, with nothing sent and nothing copied.
  ///
  /// - Returns: nil where it is not there whole, or the file system cannot do that.
  func borrowed(_ reference: BlobReference, from other: BlobFolder) -> ArrivedBlob? {
    guard other.size(reference.digest) == reference.size else { return nil }
    let partial = newPartial()
    guard link(other.file(reference.digest).path, partial.path) == 0 else { return nil }
    guard let bytes = try? Data(contentsOf: partial, options: .alwaysMapped),
      Digest(of: bytes) == reference.digest
    else {
      unlink(partial.path)
      return nil
    }
    return ArrivedBlob(digest: reference.digest, partial: partial)
  }
}
