import Blobs
import Foundation
import TestTraits

extension BlobFolder {
  /// Creates a folder of blobs in the temporary folder of the running test.
  static func temporary(_ name: String) throws -> BlobFolder {
    try BlobFolder(at: TemporaryFolder.url.appending(path: name))
  }
}
