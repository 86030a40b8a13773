import Errors
import Foundation
import Imaging

/// The bytes of a file that is read, and the folder in which the files that it names are sought.
struct SourceFile {
  var bytes: Data
  /// The name of the file in errors.
  var name: String
  /// The location of the file; nil if only its bytes are at hand.
  var url: URL?

  init(bytes: Data, name: String, url: URL?) {
    self.bytes = bytes
    self.name = name
    self.url = url
  }

  /// Maps a file into memory.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`.
  init(_ url: URL) throws {
    self.init(bytes: try regularFile(url, name: url.path), name: url.path, url: url)
  }

  /// Returns the location of a file that this one names.
  ///
  /// - Throws: `DipperError` of code `imageUnsupported` if this file's folder is not known, or if
  ///   the named file is not in this file's folder or below.
  private func neighbour(_ path: String) throws -> URL {
    guard let url else {
      throw DipperError(
        .imageUnsupported,
        "\(name) keeps its voxels in another file; give its path, or convert it to a file that "
          + "holds them")
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.utf8.contains(0), !parts.contains(".."), parts.first != "" else {
      throw DipperError(
        .imageUnsupported,
        "\(name) keeps its voxels in \(path.debugDescription), which is not in its own folder")
    }
    return url.deletingLastPathComponent().appending(path: path)
  }

  /// Maps a file that this one names into memory.
  ///
  /// - Throws: `DipperError` of code `imageUnsupported` or `imageUnreadable`.
  func contentsOfNeighbour(_ path: String) throws -> Data {
    let file = try neighbour(path)
    return try regularFile(file, name: "\(file.path), which holds the voxels of \(name),")
  }
}

/// Maps a file into memory; a folder, a FIFO or a device is refused without waiting for it.
///
/// - Parameter name: the name of the file in errors.
/// - Throws: `DipperError` of code `imageUnreadable`.
func regularFile(_ file: URL, name: String) throws -> Data {
  let target = file.resolvingSymlinksInPath()
  let type = try? FileManager.default.attributesOfItem(atPath: target.path)[.type]
  guard let type = type as? FileAttributeType else {
    throw DipperError(.imageUnreadable, "\(name) does not exist or cannot be read")
  }
  guard type == .typeRegular else {
    throw DipperError(.imageUnreadable, "\(name) is not a regular file")
  }
  do {
    return try Data(contentsOf: file, options: .mappedIfSafe)
  } catch {
    throw DipperError(.imageUnreadable, "\(name) cannot be read", cause: error)
  }
}
