import Foundation

extension FileListing {
  /// The most bytes of a description that is read.
  private static let largestDescription = 1 << 24

  /// Lists a folder and those in it; hidden files are left out.
  ///
  /// - Throws: `ImportingError` of code `source` where there is no such folder.
  public init(of folder: URL) throws {
    let root = folder.standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw ImportingError(
        .source, "\(root) is no folder; unpack the archive and give the folder that it makes")
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

/// Adds the regular files of a folder and of those in it.
///
/// - Parameter above: the folders that it lies in; a link to one of them would lead round for ever.
private func list(
  _ folder: URL, below prefix: String, inside above: [String], into paths: inout [String]
) throws {
  let place = folder.resolvingSymlinksInPath().path
  guard !above.contains(place) else { return }
  let names: [String]
  do { names = try FileManager.default.contentsOfDirectory(atPath: folder.path) } catch {
    throw ImportingError(.source, "the folder \(folder.path) cannot be read", cause: error)
  }
  for name in names where !name.hasPrefix(".") && !name.hasPrefix("__MACOSX") {
    let one = folder.appending(path: name)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: one.path, isDirectory: &isFolder) else { continue }
    if isFolder.boolValue {
      try list(one, below: "\(prefix)\(name)/", inside: above + [place], into: &paths)
    } else {
      paths.append(prefix + name)
    }
  }
}
