import Blobs
import Experiments
import Foundation
import Imaging
import Jobs

/// A run's folder: all that a run knows, and all that it leaves.
///
/// `journal.sqlite`, `blobs/` and `experiment.json` are its memory; `truth/`, `masks/`, `report/` and
/// `figures/` are for people.
public struct StateFolder: Hashable, Sendable {
  /// The folder.
  public let folder: URL
  /// Images, markers, weights, checkpoints and masks.
  public let blobs: BlobFolder

  /// Uses `folder`; makes it where it is missing.
  ///
  /// - Throws: `CoordinatorError` of code `state`.
  public init(at folder: URL) throws {
    self.folder = folder
    do { blobs = try BlobFolder(at: folder.appending(path: "blobs")) } catch {
      throw CoordinatorError(.state, "\(folder.path) cannot hold a run", cause: error)
    }
  }

  /// The folder of an earlier run.
  ///
  /// - Throws: `CoordinatorError` of code `state` where there is none.
  public static func existing(at folder: URL) throws -> (state: StateFolder, ExperimentRecord) {
    let record = try record(in: folder)
    return (try StateFolder(at: folder), record)
  }

  private static func record(in folder: URL) throws -> ExperimentRecord {
    let file = folder.appending(path: "experiment.json")
    guard let json = try? Data(contentsOf: file) else {
      throw CoordinatorError(
        .state, "\(folder.path) is not the folder of a run: it has no experiment.json")
    }
    guard let record = try? JSONDecoder().decode(ExperimentRecord.self, from: json) else {
      throw CoordinatorError(.state, "\(file.path) is damaged, or from another release of dipper")
    }
    return record
  }

  /// Stores the record, the truths, and the inputs as blobs.
  ///
  /// - Throws: `CoordinatorError` of code `data` where a truth is another than before: an earlier
  ///   run's scores are not replaced without a word. Record and truths are then left as they are.
  func store(_ record: ExperimentRecord, _ datasets: [CheckedDataset]) throws {
    let earlier = (try? Self.record(in: folder)).map { EarlierTruths(of: $0, in: self) }
    var (truths, changed): ([(CaseName, Data)], [CaseName]) = ([], [])
    for dataset in datasets {
      for one in dataset.cases {
        let contents = try one.contents()
        try blobs.put(contents.image)
        try blobs.put(contents.markers)
        let name = CaseName(dataset: dataset.name, id: one.planned.id)
        if earlier?.differ(from: contents, of: name) == true { changed.append(name) }
        truths.append((name, contents.truthFile))
      }
    }
    guard changed.isEmpty else { throw otherTruths(changed) }
    // The record first: a truth that is then not written is found missing, and is written again.
    try store(record)
    for (name, bytes) in truths { try write(bytes, to: Self.truthPath(name)) }
  }

  private func otherTruths(_ cases: [CaseName]) -> CoordinatorError {
    let names = cases.prefix(10).map(\.description).joined(separator: ", ")
    let rest = cases.count > 10 ? " and \(cases.count - 10) more" : ""
    return CoordinatorError(
      .data,
      "the truth of \(names)\(rest) is another than when \(folder.path) was made, whose scores are of "
        + "the old one: bring that back, or score by the new one in another folder, with --reuse "
        + "\(folder.path), which computes nothing again")
  }

  /// Stores the record alone.
  func store(_ record: ExperimentRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try write(encoder.encode(record), to: "experiment.json")
  }

  private static func truthPath(_ name: CaseName) -> String {
    "truth/\(name.dataset)/\(name.id).png"
  }

  /// The truth of a case.
  ///
  /// - Throws: `CoordinatorError` of code `data` where its file is missing or not the record's;
  ///   `ImagingError` where that is no mask.
  func truth(_ name: CaseName, in record: ExperimentRecord) throws -> Mask {
    try Mask(decoding: truthFile(name, in: record), name: "the truth of \(name)")
  }

  /// The bytes of a truth, compared with the record where that names their digest.
  ///
  /// - Throws: `CoordinatorError` of code `data`.
  func truthFile(_ name: CaseName, in record: ExperimentRecord) throws -> Data {
    let file = folder.appending(path: Self.truthPath(name))
    let remedy = "the same command, with the run's configuration, stores it again"
    let bytes: Data
    do { bytes = try readFile(file) } catch {
      throw CoordinatorError(.data, "the truth of \(name) cannot be read; \(remedy)", cause: error)
    }
    guard let digest = record.truth(of: name), digest != Digest(of: bytes) else { return bytes }
    throw CoordinatorError(
      .data,
      "the truth of \(name) is not the one that the run was recorded with: \(file.path) has "
        + "another digest than \(digest.short); \(remedy)")
  }

  /// Writes a file of the folder, whole or not at all; an equal file stays untouched.
  func write(_ bytes: Data, to path: String) throws {
    let file = folder.appending(path: path)
    guard (try? Data(contentsOf: file)) != bytes else { return }
    try writeDurably(bytes, to: file, making: file.deletingLastPathComponent())
  }
}
