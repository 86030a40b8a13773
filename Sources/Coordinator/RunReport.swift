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
  private let state: StateFolder
  private let record: ExperimentRecord
  private let masks: [CaseKey: Data]
  private let provenance: Provenance

  private struct CaseKey: Hashable {
    var dataset: String
    var method: Method
    var id: String
  }

  /// Scores what is done.
  ///
  /// - Parameter events: the journal.
  /// - Throws: `BlobError` where a mask is missing or damaged; `ImagingError` where a truth is.
  public init(_ record: ExperimentRecord, in state: StateFolder, events: [JournalEvent]) throws {
    let known = CoordinatorState.restoring(from: events, settings: CoordinatorSettings())
    var (scores, holes): ([CaseScore], [Hole]) = ([], [])
    var masks: [CaseKey: Data] = [:]
    for scoring in record.plan.scorings where scoring.purpose == .report {
      let made = try ScoredMask.all(of: scoring, known, in: state)
      for (id, mask) in zip(scoring.cases, made) {
        guard let mask else {
          holes.append(
            Hole(
              dataset: scoring.dataset, method: scoring.method, caseID: id,
              reason: known.status(of: scoring.job)?.reason ?? "not done yet"))
          continue
        }
        masks[CaseKey(dataset: scoring.dataset, method: scoring.method, id: id)] = mask.bytes
        scores.append(
          CaseScore(
            dataset: scoring.dataset, method: scoring.method, caseID: id, dice: mask.overlap.dice,
            jaccard: mask.overlap.jaccard, seconds: mask.output.seconds, job: scoring.job,
            attempt: mask.completion.attempt.number, worker: mask.completion.worker.name))
      }
    }
    table = try ScoreTable(
      datasets: record.datasets.map(\.name), scores: scores, holes: holes)
    (self.state, self.record, self.masks) = (state, record, masks)
    provenance = Provenance(record.plan, known)
  }

  /// Writes `masks/<dataset>/<method>/<case>.png`, `report/scores.csv`, `report/table.*`,
  /// `report/provenance.json` and the panels `figures/<dataset>-<case>.png`.
  ///
  /// - Throws: `BlobError` of code `storage` where the disk refuses; what was there before stays.
  public func write() throws {
    for (key, bytes) in masks {
      try state.write(bytes, to: "masks/\(key.dataset)/\(key.method.rawValue)/\(key.id).png")
    }
    try state.write(Data(table.scoresCSV.utf8), to: "report/scores.csv")
    try state.write(provenance.encoded(), to: "report/provenance.json")
    for format in [TableFormat.md, .csv, .latex, .json] {
      let name = "report/table.\(format.fileExtension)"
      try state.write(Data(table.rendered(as: format).utf8), to: name)
    }
    for dataset in record.datasets {
      for one in dataset.test.prefix(record.panels) {
        let panel = try panel(dataset, one)
        try state.write(panel.encodedPNG(), to: "figures/\(dataset.name)-\(one.id).png")
      }
    }
  }

  /// The paper's Figures 3 to 6 for one case: input with clicks, truth, every method's result.
  private func panel(
    _ dataset: ExperimentRecord.RecordedDataset, _ one: ExperimentRecord.RecordedCase
  ) throws -> ColourImage {
    let results = try record.methods.map { method in
      let key = CaseKey(dataset: dataset.name, method: method, id: one.id)
      let mask = try masks[key].map { try Mask(decoding: $0, name: "the mask of \(one.id)") }
      let score = table.scores.first {
        $0.dataset == dataset.name && $0.method == method && $0.caseID == one.id
      }
      return PanelFigure.Result(method: method, mask: mask, dice: score?.dice)
    }
    return try PanelFigure(
      image: Image(decoding: state.blobs.get(one.input.image), name: "the image of \(one.id)"),
      window: dataset.window,
      markers: MarkerSet(
        decoding: state.blobs.get(one.input.markers), name: "the markers of \(one.id)"),
      truth: state.truth(dataset.name, one.id), results: results
    ).rendered()
  }
}
