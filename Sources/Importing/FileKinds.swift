import Foundation

/// The kinds of the files of a source, found by their endings, by their first bytes and by the
/// headers that name them.
struct FileKinds {
  /// The kind of each file, by path.
  private(set) var all: [String: FileKind] = [:]
  /// The paths by their lower-case form: on Windows a header finds its voxels in any case.
  private let known: [String: String]
  private let root: String

  /// Looks at the files of a folder.
  ///
  /// - Parameter paths: the paths of regular files, relative to `root`.
  init(of paths: [String], in root: String) {
    self.root = root
    known = Dictionary(paths.map { ($0.lowercased(), $0) }) { first, _ in first }
    for path in paths { all[path] = kind(of: path) }
    for path in paths {
      if case .header = FileKind(named: path) { addHeader(path) }
    }
  }

  private func kind(of path: String) -> FileKind {
    let named = FileKind(named: path)
    switch named {
    case .volume, .header: return named!
    case .unusable where !FileEnding.voxels.contains(FileName(path).ending): return named!
    default: break
    }
    guard let bytes = firstBytes(of: "\(root)/\(path)", count: FileContent.length) else {
      return .unusable("cannot be read", isData: true)
    }
    let content = FileContent(bytes)
    if named == nil, content.isGzip { return kind(ofCompressed: path) }
    return content.kind ?? named ?? .other
  }

  /// Returns the kind of a file that is gzipped and has no ending of an image. NIfTI is the only
  /// format that is read gzipped.
  private func kind(ofCompressed path: String) -> FileKind {
    let name = FileName(path.lowercased().hasSuffix(".gz") ? String(path.dropLast(3)) : path)
    let hasEnding = name.stem.contains(/\.[A-Za-z]\w{0,4}$/)
    return hasEnding ? .other : .volume
  }

  /// Adds the kind of a header, and that of the files with its voxels.
  private mutating func addHeader(_ path: String) {
    let kind = kind(ofHeader: path)
    all[path] = kind
    if case .header(let voxels) = kind { for one in voxels { all[one] = .voxels } }
  }

  private func kind(ofHeader path: String) -> FileKind {
    guard let bytes = firstBytes(of: "\(root)/\(path)", count: HeaderFile.length) else {
      return .unusable("cannot be read", isData: true)
    }
    guard let names = HeaderFile(path: path, bytes: bytes).voxels, names != [""] else {
      return FileContent(bytes).kind ?? .unusable("names no file of voxels", isData: true)
    }
    // A header with the voxels behind it says LOCAL (MetaImage).
    if names.count == 1, names[0].uppercased().hasSuffix("LOCAL") { return .volume }
    let voxels = names.compactMap { known[$0.lowercased()] ?? known["\($0.lowercased()).gz"] }
    if voxels.count == names.count { return .header(voxels: voxels) }
    let missing = names.first { known[$0.lowercased()] == nil } ?? path
    return .unusable("needs its voxels in \(missing), which is not there", isData: true)
  }
}
