import Blobs
import Foundation

/// A folder of a test's own.
struct Place {
  let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  func folder(_ name: String) throws -> BlobFolder {
    try BlobFolder(at: root.appending(path: name))
  }

  func clean() { try? FileManager.default.removeItem(at: root) }
}
