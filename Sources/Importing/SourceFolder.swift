import Errors
import Foundation

extension FileListing {
  /// The size in bytes above which a JSON file is not read.
  private static let largestDescription = 1 << 24

  /// Lists the files of a folder and of its sub-folders, and looks into those whose ending does not
  /// say what they are. Only regular files are opened: opening a pipe would wait for a writer.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if the folder does not exist or cannot
  ///   be read.
  public init(of folder: URL) throws {
    let root = folder.standardizedFileURL.path
    guard kind(ofEntry: root) == .folder else {
      throw DipperError(
        .importSourceInvalid,
        "\(root) is not a folder; unpack the archive and give the unpacked folder")
    }
    var found = FolderContents()
    guard found.add(root, below: "", inside: []) else {
      throw DipperError(.importSourceInvalid, "the folder \(root) cannot be read")
    }
    let kinds = FileKinds(of: found.files, in: root).all
    self.init(
      paths: found.files, kinds: kinds,
      descriptions: Self.descriptions(among: found.files, in: root),
      obstacles: found.obstacles + found.emptyFolders(kinds))
  }

  private static func descriptions(among paths: [String], in root: String) -> [String: Data] {
    var descriptions: [String: Data] = [:]
    for path in paths
    where !path.contains("/") && path.hasSuffix(".json") || path.hasSuffix("/dataset.json") {
      descriptions[path] = firstBytes(of: "\(root)/\(path)", count: largestDescription + 1)
        .flatMap { $0.count > largestDescription ? nil : $0 }
    }
    return descriptions
  }
}

/// The kind of an entry of a folder, after following links.
private enum EntryKind: Hashable {
  case file, folder
  /// The entry is neither; the text is the rest of a sentence that begins with its path.
  case other(String)
  /// The entry is a link to a file that is not there, or cannot be looked at.
  case missing(String)
}

/// Returns the kind of an entry, which is not opened.
private func kind(ofEntry path: String) -> EntryKind {
  var status = stat()
  guard stat(path, &status) == 0 else {
    var link = stat()
    let isLink = lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
    return .missing(
      isLink
        ? "is a link that leads to no file"
        : "cannot be looked at (\(String(cString: strerror(errno))))")
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return .file
  case S_IFDIR: return .folder
  case S_IFIFO: return .other("is a pipe and no file")
  case S_IFSOCK: return .other("is a socket and no file")
  default: return .other("is a device and no file")
  }
}

/// The regular files below a folder, and what else lies among them.
private struct FolderContents {
  /// The paths of the regular files, relative to the source.
  var files: [String] = []
  var obstacles: [UnusedFile] = []
  /// The paths of the folders whose names have the ending of an image.
  var folders: [String] = []

  /// Adds the contents of a folder and of its sub-folders.
  ///
  /// - Parameters:
  ///   - prefix: the folder's path relative to the source, with a trailing `/`.
  ///   - ancestors: the folders that hold this one; a link to one of them is not followed, because
  ///     the listing would never end.
  /// - Returns: whether the folder could be read.
  mutating func add(_ folder: String, below prefix: String, inside ancestors: [String]) -> Bool {
    guard let names = names(in: folder), let resolved = realPath(folder) else { return false }
    for name in names {
      if let name {
        add(name, of: folder, below: prefix, inside: ancestors + [resolved])
      } else {
        obstacles.append(
          UnusedFile(prefix + "?", reason: "has a name that is not UTF-8; give it another one"))
      }
    }
    return true
  }

  /// Adds one entry of a folder.
  private mutating func add(
    _ name: String, of folder: String, below prefix: String, inside ancestors: [String]
  ) {
    let path = prefix + name
    if name.hasPrefix(".") || name == "__MACOSX" {
      obstacles.append(UnusedFile(path, reason: "is hidden", isData: false))
      return
    }
    switch kind(ofEntry: "\(folder)/\(name)") {
    case .file: files.append(path)
    case .folder: addFolder(path, at: "\(folder)/\(name)", inside: ancestors)
    case .missing(let reason): obstacles.append(UnusedFile(path, reason: reason))
    case .other(let reason):
      let isData = FileKind(named: path) != nil || name == "dataset.json"
      obstacles.append(UnusedFile(path, reason: reason, isData: isData))
    }
  }

  /// Names the folders that are called as images and hold none.
  func emptyFolders(_ kinds: [String: FileKind]) -> [UnusedFile] {
    let images = files.filter { path in
      if case .unusable = kinds[path] { false } else { true }
    }
    return folders.filter { folder in !images.contains { $0.hasPrefix("\(folder)/") } }
      .map { UnusedFile($0, reason: "is a folder and no file") }
  }

  private mutating func addFolder(_ path: String, at folder: String, inside ancestors: [String]) {
    if realPath(folder).map(ancestors.contains) == true {
      obstacles.append(
        UnusedFile(path, reason: "is a link to a folder that holds it", isData: false))
      return
    }
    if !add(folder, below: "\(path)/", inside: ancestors) {
      obstacles.append(UnusedFile(path, reason: "is a folder that cannot be read"))
    } else if FileKind(named: path) != nil {
      folders.append(path)
    }
  }
}

/// Returns the path without links; nil if there is no such file.
private func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// Returns the names in a folder in the order of the file system, with nil for one that is not
/// UTF-8; nil if the folder cannot be read.
private func names(in folder: String) -> [String?]? {
  guard let stream = opendir(folder) else { return nil }
  defer { closedir(stream) }
  var names: [String?] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
        String(validatingCString: $0)
      }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

/// Returns the first bytes of a regular file; nil if it cannot be read.
func firstBytes(of path: String, count: Int) -> Data? {
  guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
  defer { try? handle.close() }
  return try? handle.read(upToCount: count) ?? Data()
}
