import Blobs
import Evaluation
import Experiments
import Foundation
import Imaging
import Scheduling

/// A run's masks, scored against the truth.
///
/// Made from the state folder alone, so that a report can be had of any run at any time.
public struct RunReport {
  /// The scores, and the holes where there is none yet.
  public let table: ScoreTable
  let state: StateFolder
  let record: ExperimentRecord
  private let masks: [MaskKey: Data]
  private let provenance: Provenance

  private struct MaskKey: Hashable {
    var dataset: String
    var method: Method
    var seed: UInt64?
    var id: String
  }

  /// Scores what is done.
  ///
  /// - Parameter events: the journal.
  /// - Throws: `BlobError` where a mask or an image is missing or damaged; `ImagingError` where a truth
  ///   is.
  public init(_ record: ExperimentRecord, in state: StateFolder, events: [JournalEvent]) throws {
    let known = CoordinatorState.restoring(from: events, settings: CoordinatorSettings())
    var (scores, holes): ([CaseScore], [Hole]) = ([], [])
    var masks: [MaskKey: Data] = [:]
    var truths = Truths(of: state)
    for planned in record.plan.jobs where planned.job.kind != .train {
      let status = known.status(of: planned.id)
      let seed = record.plan.seed(of: planned)
      for (index, id) in planned.cases.enumerated() {
        guard let done = status?.completion, let output = done.mask(index) else {
          holes.append(
            Hole(
              dataset: planned.dataset, method: planned.job.method, caseID: id,
              reason: status?.reason ?? "not done yet", seed: seed))
          continue
        }
        let bytes = try state.blobs.get(output.blob.digest)
        let key = MaskKey(
          dataset: planned.dataset, method: planned.job.method, seed: seed, id: id)
        masks[key] = bytes
        let mask = try Mask(decoding: bytes, name: "the mask of \(planned.label)")
        let truth = try truths.truth(planned.dataset, id, image: planned.job.inputs[index].image)
        let overlap = try Overlap(of: mask, against: truth)
        let distance = try SurfaceDistance(of: mask, against: truth)
        scores.append(
          CaseScore(
            dataset: planned.dataset, method: planned.job.method, caseID: id, dice: overlap.dice,
            jaccard: overlap.jaccard, seconds: output.seconds, job: planned.id,
            attempt: done.attempt.number, worker: done.worker.name,
            hausdorff95: distance?.hausdorff95, surfaceDistance: distance?.average, seed: seed))
      }
    }
    table = try ScoreTable(
      datasets: record.datasets.map(\.name), scores: scores, holes: holes)
    (self.state, self.record, self.masks) = (state, record, masks)
    provenance = Provenance(record.plan, known)
  }

  /// Writes `masks/<dataset>/<method>/<case>.png`, `report/scores.csv`, `report/tests.csv`,
  /// `report/table.*`, `report/provenance.json` and the panels `figures/<dataset>-<case>.png`: of the
  /// first cases and, where any are asked for, of each method's worst one.
  ///
  /// - Throws: `BlobError` of code `storage` where the disk refuses; what was there before stays.
  public func write() throws {
    for (key, bytes) in masks {
      try state.write(bytes, to: "masks/\(key.dataset)/\(folder(of: key))/\(key.id).png")
    }
    try state.write(Data(table.scoresCSV.utf8), to: "report/scores.csv")
    try state.write(Data(table.testsCSV.utf8), to: "report/tests.csv")
    try state.write(provenance.encoded(), to: "report/provenance.json")
    for format in [TableFormat.md, .csv, .latex, .json, .html] {
      let name = "report/table.\(format.fileExtension)"
      try state.write(Data(table.rendered(as: format).utf8), to: name)
    }
    let first = record.datasets.flatMap { dataset in
      dataset.test.prefix(record.panels).map { CaseName(dataset: dataset.name, id: $0.id) }
    }
    for name in first + (record.panels > 0 ? worstCases : []) { try drawPanel(of: name) }
  }

  /// `M3`; `M3-seed-2` where the method was run with several seeds.
  private func folder(of key: MaskKey) -> String {
    let seeds = Set(
      masks.keys.filter { ($0.dataset, $0.method) == (key.dataset, key.method) }.map(\.seed))
    guard seeds.count > 1, let seed = key.seed else { return key.method.rawValue }
    return "\(key.method.rawValue)-seed-\(seed)"
  }

  /// What a method made of a case, with its first seed.
  func result(of method: Method, on name: CaseName) throws -> PanelFigure.Result {
    let score = table.scores.first {
      ($0.dataset, $0.method, $0.caseID) == (name.dataset, method, name.id)
    }
    let mask = try score.flatMap { score in
      masks[
        MaskKey(dataset: name.dataset, method: method, seed: score.seed, id: name.id)]
    }.map { try Mask(decoding: $0, name: "the mask of \(name)") }
    return PanelFigure.Result(method: method, mask: mask, dice: score?.dice)
  }
}

/// The truths of a run's cases, each with the spacing of its image: a PNG has none.
private struct Truths {
  private let state: StateFolder
  private var known: [CaseName: Mask] = [:]

  init(of state: StateFolder) { self.state = state }

  mutating func truth(_ dataset: String, _ id: String, image: Digest) throws -> Mask {
    let name = CaseName(dataset: dataset, id: id)
    if let truth = known[name] { return truth }
    var truth = try state.truth(dataset, id)
    truth.spacing = try Image(
      decoding: state.blobs.get(image), name: "the image of \(name)"
    ).spacing
    known[name] = truth
    return truth
  }
}

extension Plan {
  /// The seed behind a job's masks: that of the fit or of the training; nil where nothing is random.
  fileprivate func seed(of planned: PlannedJob) -> UInt64? {
    switch planned.job.kind {
    case .train, .fit: planned.job.seed
    case .solve: nil
    case .predict: jobs.first { $0.id == planned.job.weights }?.job.seed
    }
  }
}

extension Completion {
  /// The mask of the job's `index`-th case.
  fileprivate func mask(_ index: Int) -> JobOutput? {
    result.outputs.first { $0.role == .mask(case: index) }
  }
}
