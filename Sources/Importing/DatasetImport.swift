import Experiments
import Foundation
import Imaging
import Jobs

/// Turns a collection of volumes into a data set that experiments read: a folder with images, masks,
/// markers and `dataset.json`.
///
/// One volume is in memory at a time. What is written is written whole, a volume's record last and
/// `dataset.json` at the very end; the same import into the same folder goes on where it ended.
public struct DatasetImport {
  /// What happens to a volume.
  public enum News: Hashable, Sendable {
    /// It gave so many slices.
    case imported(slices: Int)
    /// An earlier import gave so many slices, and they are as they were written.
    case kept(slices: Int)
    /// The object is too small in every slice.
    case empty
    /// It, or something that it needs, is damaged or missing.
    case passedOver(reason: String)
  }

  /// How an import ended.
  public struct Outcome: Hashable, Sendable {
    /// Training and test cases of the data set.
    public var train: Int
    /// See `train`.
    public var test: Int
    /// Volumes in which the object is too small everywhere.
    public var empty: Int
    /// Volumes, or files without their counterpart, that were passed over.
    public var passedOver: Int
  }

  private let layout: ImportLayout
  private let record: ImportRecord
  private let work: VolumeImport
  private let destination: ImportDestination
  private let found: Discovery

  /// Looks through the source and takes the destination.
  ///
  /// - Throws: `ImportingError`: of code `request`, `source`, or `destination` where that holds
  ///   something else than an import of the same request.
  public init(_ request: ImportRequest, from source: URL, to destination: URL) throws {
    layout = try ImportLayout.named(request.layout)
    guard isFileName(request.name) else {
      throw ImportingError(
        .request,
        "`\(request.name)` cannot be a data set's name; take letters, digits, `-`, `_`, `.`")
    }
    found = try layout.volumes(in: FileListing(of: source), for: request)
    record = ImportRecord(source: source.standardizedFileURL.path, request: request)
    work = VolumeImport(layout: layout, request: request, source: source)
    self.destination = try ImportDestination(at: destination, for: record)
  }

  /// Imports all volumes, or as many as give the patients asked for.
  ///
  /// - Parameter report: what became of a volume or a file, after how many of how many.
  /// - Throws: `ImportingError` of code `destination` where the disk refuses, of code `source` where
  ///   no case for testing came out. What is wrong with a volume is reported, not thrown.
  public func run(
    report: (_ news: News, _ volume: String, _ done: Int, _ total: Int) -> Void
  ) throws -> Outcome {
    for problem in found.problems { report(.passedOver(reason: problem), "", 0, total) }
    var patients = PatientSplit(record.request)
    var records: [VolumeRecord] = []
    var outcome = Outcome(train: 0, test: 0, empty: 0, passedOver: found.problems.count)
    for (index, pair) in found.volumes.enumerated() {
      guard let split = patients.split(of: pair.patient) else { continue }
      let news = try take(pair, split, into: &records)
      switch news {
      case .imported, .kept: patients.admit(pair.patient, split)
      case .empty: outcome.empty += 1
      case .passedOver: outcome.passedOver += 1
      }
      report(news, pair.id, index + 1, total)
    }
    try finish(records, &outcome)
    return outcome
  }

  private var total: Int { found.volumes.count }

  /// Imports a volume or finds it imported.
  private func take(
    _ pair: VolumePair, _ split: DatasetDescriptor.Split, into records: inout [VolumeRecord]
  ) throws -> News {
    do {
      if let kept = try destination.kept(pair, split, from: work.digests(pair)) {
        records.append(kept)
        return kept.slices.isEmpty ? .empty : .kept(slices: kept.slices.count)
      }
      let made = try work.run(pair, for: split, write: destination.write)
      try destination.write(encoded(made), ImportDestination.record(of: pair.id))
      records.append(made)
      return made.slices.isEmpty ? .empty : .imported(slices: made.slices.count)
    } catch let error as ImportingError where error.code == .destination {
      throw error
    } catch {
      return .passedOver(reason: "\(error)")
    }
  }

  private func finish(_ records: [VolumeRecord], _ outcome: inout Outcome) throws {
    let window = record.request.window ?? layout.window
    let file = DatasetFile(record, window: window, volumes: records)
    (outcome.train, outcome.test) = (file.fingerprint.train, file.fingerprint.test)
    guard outcome.test > 0 else {
      throw ImportingError(
        .source,
        "no case for testing came out: \(outcome.train) for training, \(outcome.empty) volumes "
          + "without a large enough object, \(outcome.passedOver) passed over; a lower --train or "
          + "--minimum-area may help, into another folder")
    }
    try destination.write(encoded(file), "dataset.json")
  }
}
