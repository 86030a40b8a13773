import Blobs
import Errors
import Experiments
import Foundation
import Imaging
import Jobs

/// The directory of a run, which holds its inputs, its state and its results.
///
/// `journal.sqlite`, `blobs/` and `experiment.json` hold the state of the run, and `truth/` the
/// ground truths. `masks/`, `report/` and `figures/` are written for the user.
public struct RunDirectory: Hashable, Sendable {
  /// The location of the directory.
  public let folder: URL
  /// The images, markers, weights, checkpoints and masks of the run, stored by digest.
  public let blobs: BlobFolder

  /// Opens the run directory at `folder`, and creates the folder if it does not exist.
  ///
  /// - Throws: `DipperError` of code `runDirectoryUnusable`.
  public init(at folder: URL) throws {
    self.folder = folder
    do { blobs = try BlobFolder(at: folder.appending(path: "blobs")) } catch {
      throw DipperError(.runDirectoryUnusable, "\(folder.path) cannot hold a run", cause: error)
    }
  }

  /// Opens the directory of an earlier run, with its manifest.
  ///
  /// - Throws: `DipperError` of code `runDirectoryUnusable` if the folder has no readable manifest.
  public static func existing(
    at folder: URL
  ) throws -> (directory: RunDirectory, manifest: RunManifest) {
    let manifest = try manifest(in: folder)
    return (try RunDirectory(at: folder), manifest)
  }

  private static func manifest(in folder: URL) throws -> RunManifest {
    let file = folder.appending(path: "experiment.json")
    let json: Data
    do { json = try Data(contentsOf: file) } catch let error as CocoaError
      where error.code == .fileReadNoSuchFile
    {
      throw DipperError(
        .runDirectoryUnusable,
        "\(folder.path) is not the folder of a run: it has no experiment.json")
    } catch {
      throw DipperError(
        .runDirectoryUnusable,
        "\(file.path) cannot be read: ask its owner for permission to read the run directory",
        cause: error)
    }
    guard let manifest = try? JSONDecoder().decode(RunManifest.self, from: json) else {
      throw DipperError(
        .runDirectoryUnusable, "\(file.path) is damaged, or from another release of dipper")
    }
    return manifest
  }

  // MARK: storing

  /// Stores the manifest, the ground truths, and the inputs as blobs.
  ///
  /// - Throws: `DipperError` of code `datasetUnusable` if a ground truth differs from the recorded
  ///   one, so that the scores of an earlier run are never replaced silently. The manifest and the
  ///   ground truths are unchanged then.
  func store(_ manifest: RunManifest, datasets: [CheckedDataset]) throws {
    let recorded = (try? Self.manifest(in: folder)).map { RecordedGroundTruth(of: $0, in: self) }
    var files: [(name: CaseName, bytes: Data)] = []
    var changed: [CaseName] = []
    for dataset in datasets {
      for one in dataset.cases {
        let contents = try one.contents()
        try blobs.put(contents.image)
        try blobs.put(contents.markers)
        let name = CaseName(dataset: dataset.name, id: one.planned.id)
        if recorded?.differ(from: contents, of: name) == true { changed.append(name) }
        files.append((name, contents.groundTruthFile))
      }
    }
    guard changed.isEmpty else { throw groundTruthChanged(of: changed) }
    // The manifest is written first. If the process ends here, the next run finds the missing
    // ground truths and writes them.
    try store(manifest)
    for file in files { try write(file.bytes, to: Self.groundTruthPath(of: file.name)) }
  }

  private func groundTruthChanged(of cases: [CaseName]) -> DipperError {
    let names = cases.prefix(10).map(\.description).joined(separator: ", ")
    let rest = cases.count > 10 ? " and \(cases.count - 10) more" : ""
    return DipperError(
      .datasetUnusable,
      "the ground truth of \(names)\(rest) differs from the one that the scores in \(folder.path) "
        + "were computed with: restore the old file, or score with the new one in another folder "
        + "by adding --reuse \(folder.path), which recomputes nothing")
  }

  /// Stores the manifest alone.
  func store(_ manifest: RunManifest) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try write(encoder.encode(manifest), to: "experiment.json")
  }

  /// Writes a file of the directory completely or not at all. A file that has these bytes already
  /// is left untouched.
  package func write(_ bytes: Data, to path: String) throws {
    let file = folder.appending(path: path)
    guard (try? Data(contentsOf: file)) != bytes else { return }
    try writeDurably(bytes, to: file, making: file.deletingLastPathComponent())
  }

  // MARK: ground truth

  private static func groundTruthPath(of name: CaseName) -> String {
    "truth/\(name.dataset)/\(name.id).png"
  }

  /// Reads the ground truth of a case.
  ///
  /// - Throws: `DipperError` of code `datasetUnusable` if its file is missing or has another digest
  ///   than the manifest names; `DipperError` if the file is not a mask.
  package func groundTruth(of name: CaseName, in manifest: RunManifest) throws -> Mask {
    try Mask(
      decoding: groundTruthFile(of: name, in: manifest), name: "the ground truth of \(name)")
  }

  /// Reads the file of a ground truth and checks its digest if the manifest names one.
  ///
  /// - Throws: `DipperError` of code `datasetUnusable`.
  func groundTruthFile(of name: CaseName, in manifest: RunManifest) throws -> Data {
    let file = folder.appending(path: Self.groundTruthPath(of: name))
    let remedy = "run the same command with the run's configuration to store it again"
    let bytes: Data
    do { bytes = try readFile(file) } catch {
      throw DipperError(
        .datasetUnusable, "the ground truth of \(name) cannot be read; \(remedy)", cause: error)
    }
    guard let digest = manifest.groundTruthDigest(of: name), digest != Digest(of: bytes) else {
      return bytes
    }
    throw DipperError(
      .datasetUnusable,
      "the ground truth of \(name) is not the one that the run was recorded with: \(file.path) has "
        + "another digest than \(digest.short); \(remedy)")
  }
}
