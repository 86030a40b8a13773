import Experiments
import Foundation
import Jobs

/// The folder that a data set is written into.
struct ImportDestination {
  private let folder: URL

  /// Takes a folder that is empty or not there, or in which the same import has begun.
  ///
  /// - Throws: `ImportingError` of code `destination`.
  init(at folder: URL, for record: ImportRecord) throws {
    self.folder = folder
    let wanted = try encoded(record)
    let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    if there.isEmpty {
      try write(wanted, ImportRecord.file)
      return
    }
    guard let begun = try? Data(contentsOf: folder.appending(path: ImportRecord.file)) else {
      throw ImportingError(
        .destination, "\(folder.path) is not empty; give a folder that is, or one that is not there"
      )
    }
    guard begun == wanted else {
      throw ImportingError(
        .destination,
        "\(folder.path) holds an import of another source or with other options (see its "
          + "\(ImportRecord.file)); give another folder")
    }
  }

  /// Where a volume's record lies.
  static func record(of volume: String) -> String { "volumes/\(volume).json" }

  /// Writes a file so that it is whole or not there.
  ///
  /// - Throws: `ImportingError` of code `destination` that names the file.
  func write(_ bytes: Data, _ path: String) throws {
    let file = folder.appending(path: path)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file, options: .atomic)
    } catch {
      throw ImportingError(
        .destination, "\(file.path) cannot be written; the same command goes on when it can",
        cause: error)
    }
  }

  /// What an earlier import made of a volume, if its sources, its part and all that was written are
  /// as they were.
  func kept(
    _ pair: VolumePair, _ split: DatasetDescriptor.Split, from sources: [VolumeRecord.Source]
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
