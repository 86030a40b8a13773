import Foundation

/// The names and kinds of the files of a source, and the contents of the JSON files that describe
/// it, from which a layout finds the volumes.
public struct FileListing: Hashable, Sendable {
  /// The paths of the files relative to the source, separated by `/`, in natural order.
  public let paths: [String]
  /// The kind of each file, by path.
  public let kinds: [String: FileKind]
  /// The contents of the JSON files in the source's top folder and of every `dataset.json`, by path.
  public let descriptions: [String: Data]
  /// What lies among the files and is none, such as a pipe or a link that leads nowhere.
  public let obstacles: [UnusedFile]

  /// Creates a listing of these files.
  ///
  /// - Parameters:
  ///   - paths: the paths of the files relative to the source, in any order.
  ///   - kinds: the kinds of files by path; a file that is not among them has the kind that its
  ///     ending says, or is no image.
  ///   - descriptions: the contents of JSON files by path.
  ///   - obstacles: what lies among the files and is none.
  public init(
    paths: [String], kinds: [String: FileKind] = [:], descriptions: [String: Data] = [:],
    obstacles: [UnusedFile] = []
  ) {
    self.paths = paths.naturallySorted { $0 }
    let named = Dictionary(paths.map { ($0, FileKind(named: $0) ?? .other) }) { first, _ in first }
    self.kinds = named.merging(kinds) { _, given in given }
    self.descriptions = descriptions
    self.obstacles = obstacles
  }

  /// Returns the listing of those files whose path fulfils a condition.
  func filtered(_ isIncluded: (String) -> Bool) -> FileListing {
    FileListing(paths: paths.filter(isIncluded), kinds: kinds, descriptions: descriptions)
  }
}

extension FileKind {
  /// The kind of a file by its ending alone; nil if it has none that is known.
  init?(named path: String) {
    let ending = FileName(path).ending
    if FileEnding.volumes.contains(ending) {
      self = .volume
    } else if FileEnding.slices.contains(ending) {
      self = .slice
    } else if FileEnding.headers.contains(ending) {
      self = .header(voxels: [])
    } else if FileEnding.voxels.contains(ending) {
      self = .unusable("holds voxels, and no header beside it describes them", isData: true)
    } else if FileEnding.foreign.contains(ending) {
      self = .unusable(
        "has the format .\(ending), which is not read; convert it to NIfTI", isData: true)
    } else {
      return nil
    }
  }
}
