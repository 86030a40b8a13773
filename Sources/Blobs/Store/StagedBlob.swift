import Foundation
import Jobs

/// A blob whose bytes are all here and have its digest, in a file beside the folder's blobs.
public struct ArrivedBlob: Hashable, Sendable {
  /// Of its bytes.
  public let digest: Digest
  let partial: URL
}

extension BlobFolder {
  /// Makes what has arrived blobs of this folder, as durably as it is.
  ///
  /// Several together cost less than one after the other: their names share a commit of the file
  /// system.
  ///
  /// - Throws: `BlobError` of code `storage`; some may then be blobs and some not.
  public func settle(_ arrivals: [ArrivedBlob]) throws {
    if isDurable { for arrival in arrivals { try synchronise(arrival.partial) } }
    for arrival in arrivals { try give(file(arrival.digest), to: arrival.partial) }
    guard isDurable else { return }
    for folder in Set(arrivals.map { file($0.digest).deletingLastPathComponent() }) {
      try synchronise(folder)
    }
  }

  /// Renames a partial file; most folders of blobs are there already.
  private func give(_ name: URL, to partial: URL) throws {
    guard rename(partial.path, name.path) != 0 else { return }
    guard errno == ENOENT else { throw storageError("cannot write", name) }
    try makeFolder(name.deletingLastPathComponent(), isDurable: isDurable)
    guard rename(partial.path, name.path) == 0 else { throw storageError("cannot write", name) }
  }
}
