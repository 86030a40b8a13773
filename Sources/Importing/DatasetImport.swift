import Errors
import Experiments
import Foundation
import Imaging
import Jobs

/// An import that turns a collection of volumes into a data set for experiments: a folder with
/// images, masks, markers and `dataset.json`.
///
/// One volume is in memory at a time. Every file is written atomically. The record of a volume is
/// written after its cases, and `dataset.json` last, so that the same import into the same folder
/// resumes an interrupted one.
public struct DatasetImport {
  /// The result of importing one volume.
  public enum VolumeResult: Hashable, Sendable {
    /// The volume gave this number of slices.
    case imported(slices: Int)
    /// An earlier import took this number of slices, and their files are unchanged.
    case kept(slices: Int)
    /// The object is too small in every slice.
    case empty
    /// The volume, or a file that it needs, is damaged or missing.
    case skipped(reason: String)
    /// A remark about how the volume is read; another result of the volume follows.
    case remark(String)
    /// The volume is not needed: the requested number of patients gave slices before it.
    case left

    /// Whether the volume gave cases, now or in an earlier import.
    fileprivate var hasSlices: Bool {
      switch self {
      case .imported, .kept: true
      case .empty, .skipped, .remark, .left: false
      }
    }
  }

  /// The numbers of cases and volumes of a finished import.
  public struct Outcome: Hashable, Sendable {
    /// The number of training cases in the data set.
    public var train: Int
    /// The number of test cases in the data set.
    public var test: Int
    /// The number of volumes in which the object is too small everywhere.
    public var empty: Int
    /// The number of volumes, and of files without their counterpart, that were skipped.
    public var skipped: Int

    /// Counts a volume that gave no case.
    fileprivate mutating func count(_ result: VolumeResult) {
      switch result {
      case .empty: empty += 1
      case .skipped: skipped += 1
      case .imported, .kept, .remark, .left: break
      }
    }
  }

  private let layout: ImportLayout
  private let record: ImportRecord
  private let volumeImport: VolumeImport
  private let destination: ImportDestination
  private let found: Discovery

  /// Discovers the volumes of the source and claims the destination.
  ///
  /// - Throws: `DipperError` of code `importRequestInvalid` or `importSourceInvalid`; of code
  ///   `importDestinationUnusable` if that folder holds anything but an import of the same request.
  public init(_ request: ImportRequest, from source: URL, to destination: URL) throws {
    layout = try ImportLayout.named(request.layout)
    guard isFileName(request.name) else {
      throw DipperError(
        .importRequestInvalid,
        "`\(request.name)` cannot be a data set's name; take letters, digits, `-`, `_`, `.`")
    }
    let listing = try FileListing(of: source)
    found = try layout.volumes(in: listing, for: request)
    let inside = destination.resolvingSymlinksInPath().path
    guard !"\(inside)/".hasPrefix("\(source.resolvingSymlinksInPath().path)/") else {
      throw DipperError(
        .importDestinationUnusable,
        "\(inside) lies in the source, whose files the next import would take for images; give a "
          + "folder outside of it")
    }
    record = ImportRecord(source: source.standardizedFileURL.path, request: request)
    volumeImport = VolumeImport(
      layout: layout, request: try request.resolved(by: listing.labelNames), source: source)
    self.destination = try ImportDestination(at: destination, for: record)
  }

  /// The files of the source that give no case and were not meant to be data, with the reasons.
  public var otherFiles: [UnusedFile] { found.unused.filter { !$0.isData } }

  /// Imports the volumes until the requested number of patients gave a slice, or all of them.
  ///
  /// The file `unused.txt` names every file that gives no case, with the reason.
  ///
  /// - Parameter report: a function that is called after each volume, and for each problem of the
  ///   source and each remark about all volumes with an empty volume id and 0 done; `total` is the
  ///   number of volumes.
  /// - Throws: `DipperError` of code `importDestinationUnusable` if a file cannot be written, of
  ///   code `importSourceInvalid` if the data set would have no test case. Problems of single
  ///   volumes are reported, not thrown.
  public func run(
    report: (_ result: VolumeResult, _ volume: String, _ done: Int, _ total: Int) -> Void
  ) throws -> Outcome {
    let total = found.volumes.count
    for remark in found.remarks { report(.remark(remark), "", 0, total) }
    for problem in found.problems { report(.skipped(reason: problem), "", 0, total) }
    try writeUnused()
    var patients = PatientSplit(record.request)
    var records: [VolumeRecord] = []
    var images = ImportedImages()
    var outcome = Outcome(train: 0, test: 0, empty: 0, skipped: found.problems.count)
    for (index, pair) in found.volumes.enumerated() {
      guard let split = patients.split(of: pair.patient) else {
        report(.left, pair.id, index + 1, total)
        continue
      }
      let result = try take(pair, for: split, into: &records, beside: images) {
        report(.remark($0), pair.id, index, total)
      }
      outcome.count(result)
      if result.hasSlices {
        patients.admit(pair.patient, to: split)
        images.add(records[records.count - 1])
      }
      report(result, pair.id, index + 1, total)
    }
    try finish(records, outcome: &outcome)
    return outcome
  }

  private func writeUnused() throws {
    let list = found.unused.map { "\($0.sentence)\n" }.joined()
    try destination.write(Data(list.utf8), to: "unused.txt")
  }

  /// Imports a volume unless an earlier import of the same files is still complete.
  private func take(
    _ pair: VolumePair, for split: DatasetDescriptor.Split, into records: inout [VolumeRecord],
    beside images: ImportedImages, remark: (String) -> Void
  ) throws -> VolumeResult {
    do {
      let sources = try volumeImport.digests(of: pair)
      let twin = try images.twin(of: pair, for: split, sources: sources)
      if let twin { remark(twin) }
      if let kept = destination.keptRecord(of: pair, split: split, sources: sources) {
        if let other = try images.twin(ofSlicesIn: kept), twin == nil { remark(other) }
        records.append(kept)
        kept.notes?.forEach(remark)
        return kept.slices.isEmpty ? .empty : .kept(slices: kept.slices.count)
      }
      let imported = try volumeImport.run(
        pair, for: split, sources: sources,
        write: { try destination.write($0, to: $1) })
      try destination.write(encoded(imported), to: ImportDestination.record(of: pair.id))
      if let other = try images.twin(ofSlicesIn: imported), twin == nil { remark(other) }
      records.append(imported)
      imported.notes?.forEach(remark)
      return imported.slices.isEmpty ? .empty : .imported(slices: imported.slices.count)
    } catch let error as DipperError where error.code == .importDestinationUnusable {
      throw error
    } catch {
      return .skipped(reason: "\(error)")
    }
  }

  private func finish(_ records: [VolumeRecord], outcome: inout Outcome) throws {
    let window = record.request.window ?? layout.window
    let file = DatasetFile(record, window: window, volumes: records)
    outcome.train = file.summary.train
    outcome.test = file.summary.test
    guard outcome.test > 0 else {
      throw DipperError(
        .importSourceInvalid,
        "the data set would have no test case: \(outcome.train) for training, \(outcome.empty) "
          + "volume\(outcome.empty == 1 ? "" : "s") without a large enough object, "
          + "\(outcome.skipped) skipped; try a lower --train or --minimum-area, with another folder"
      )
    }
    try destination.write(encoded(file), to: "dataset.json")
  }
}
