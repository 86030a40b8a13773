import Blobs
import Experiments
import Foundation
import Imaging

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
    let file = folder.appending(path: "experiment.json")
    guard let json = try? Data(contentsOf: file) else {
      throw CoordinatorError(
        .state, "\(folder.path) is not the folder of a run: it has no experiment.json")
    }
    guard let record = try? JSONDecoder().decode(ExperimentRecord.self, from: json) else {
      throw CoordinatorError(.state, "\(file.path) is damaged, or from another release of dipper")
    }
    return (try StateFolder(at: folder), record)
  }

  /// Stores the record, the truths, and the inputs as blobs.
  func store(_ record: ExperimentRecord, _ datasets: [CheckedDataset]) throws {
    for dataset in datasets {
      for one in dataset.cases {
        let contents = try one.contents()
        try blobs.put(contents.image)
        try blobs.put(contents.markers)
        try write(
          contents.truth.encodedPNG(), to: "truth/\(dataset.name)/\(one.planned.id).png")
      }
    }
    try store(record)
  }

  /// Stores the record alone.
  func store(_ record: ExperimentRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try write(encoder.encode(record), to: "experiment.json")
  }

  /// The truth of a case.
  func truth(_ dataset: String, _ id: String) throws -> Mask {
    try Mask(contentsOf: folder.appending(path: "truth/\(dataset)/\(id).png"))
  }

  /// Writes a file of the folder, whole or not at all; an equal file stays untouched.
  func write(_ bytes: Data, to path: String) throws {
    let file = folder.appending(path: path)
    guard (try? Data(contentsOf: file)) != bytes else { return }
    try writeDurably(bytes, to: file, making: file.deletingLastPathComponent())
  }
}
