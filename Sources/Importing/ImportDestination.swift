import Errors
import Experiments
import Foundation
import Jobs

/// The folder into which a data set is written.
struct ImportDestination {
  private let folder: URL

  /// Claims a folder that is empty, does not exist, or holds an unfinished import of the same
  /// record.
  ///
  /// - Throws: `DipperError` of code `importDestinationUnusable`.
  init(at folder: URL, for record: ImportRecord) throws {
    self.folder = folder
    let expected = try encoded(record)
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    if contents.isEmpty {
      try write(expected, to: ImportRecord.file)
      return
    }
    guard let found = try? Data(contentsOf: folder.appending(path: ImportRecord.file)) else {
      throw DipperError(
        .importDestinationUnusable,
        "\(folder.path) is not empty; give an empty folder, or one that does not exist")
    }
    guard found == expected else {
      throw DipperError(
        .importDestinationUnusable,
        "\(folder.path) holds an import of another source or with other options (see its "
          + "\(ImportRecord.file)); give another folder")
    }
  }

  /// Returns the path of a volume's record.
  static func record(of volume: String) -> String { "volumes/\(volume).json" }

  /// Writes a file atomically.
  ///
  /// - Parameter path: the path relative to the data set's folder.
  /// - Throws: `DipperError` of code `importDestinationUnusable` that names the file.
  func write(_ bytes: Data, to path: String) throws {
    let file = folder.appending(path: path)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file, options: .atomic)
    } catch {
      throw DipperError(
        .importDestinationUnusable,
        "\(file.path) cannot be written; rerun the command to resume when that is solved",
        cause: error)
    }
  }

  /// Returns the record of an earlier import of a volume; nil if its sources, its split or one of
  /// the files that were written have changed.
  func keptRecord(
    of pair: VolumePair, split: DatasetDescriptor.Split, sources: [VolumeRecord.Source]
  ) -> VolumeRecord? {
    let file = folder.appending(path: Self.record(of: pair.id))
    guard let bytes = try? Data(contentsOf: file),
      let record = try? JSONDecoder().decode(VolumeRecord.self, from: bytes),
      (record.pair, record.split, record.sources) == (pair, split, sources),
      record.slices.allSatisfy(isWhole)
    else { return nil }
    return record
  }

  private func isWhole(_ slice: VolumeRecord.Slice) -> Bool {
    zip(CasePaths(slice.id).all, slice.written).allSatisfy { path, digest in
      (try? Data(contentsOf: folder.appending(path: path))).map { Digest(of: $0) } == digest
    }
  }
}
