import Errors
import Foundation

extension FileListing {
  /// The size in bytes above which a JSON file is not read.
  private static let largestDescription = 1 << 24

  /// Lists the files of a folder and of its sub-folders, without hidden ones.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if the folder does not exist or cannot
  ///   be read.
  public init(of folder: URL) throws {
    let root = folder.standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw DipperError(
        .importSourceInvalid,
        "\(root) is not a folder; unpack the archive and give the unpacked folder")
    }
    var paths: [String] = []
    try list(
      URL(filePath: root, directoryHint: .isDirectory), below: "", inside: [], into: &paths)
    var descriptions: [String: Data] = [:]
    for path in paths where !path.contains("/") && path.hasSuffix(".json") {
      let file = folder.appending(path: path)
      let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
      guard let size, size <= Self.largestDescription else { continue }
      descriptions[path] = try? Data(contentsOf: file)
    }
    self.init(paths: paths, descriptions: descriptions)
  }
}

/// Adds the paths of the regular files of a folder and of its sub-folders.
///
/// - Parameters:
///   - prefix: the folder's path relative to the source, with a trailing `/`.
///   - ancestors: the folders that hold this one; a link to one of them is not followed, because
///     the listing would never end.
private func list(
  _ folder: URL, below prefix: String, inside ancestors: [String], into paths: inout [String]
) throws {
  let resolved = folder.resolvingSymlinksInPath().path
  guard !ancestors.contains(resolved) else { return }
  let names: [String]
  do { names = try FileManager.default.contentsOfDirectory(atPath: folder.path) } catch {
    throw DipperError(
      .importSourceInvalid, "the folder \(folder.path) cannot be read", cause: error)
  }
  for name in names where !name.hasPrefix(".") && !name.hasPrefix("__MACOSX") {
    let one = folder.appending(path: name)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: one.path, isDirectory: &isFolder) else { continue }
    if isFolder.boolValue {
      try list(one, below: "\(prefix)\(name)/", inside: ancestors + [resolved], into: &paths)
    } else {
      paths.append(prefix + name)
    }
  }
}
