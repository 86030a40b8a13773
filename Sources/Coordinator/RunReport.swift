import Blobs
import Evaluation
import Foundation
import Imaging
import Jobs
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
  private let energies: SolutionEnergies

  /// How the settings of a sweep did on the training images; nothing where there is no sweep.
  public let sweep: SweepJudgement
  /// How the trainings and fits went.
  public let curves: [JobCurve]
  /// A sentence for each curve that is none, and is left out.
  public let remarks: [String]

  /// Scores what is done.
  ///
  /// - Parameter events: the journal.
  /// - Throws: `BlobError` where a mask, an image or a curve is missing or damaged; `CoordinatorError`
  ///   of code `data` where a truth is, or is not the record's.
  public init(_ record: ExperimentRecord, in state: StateFolder, events: [JournalEvent]) throws {
    let known = JobLedger(folding: events)
    var (scores, holes): ([CaseScore], [MissingScore]) = ([], [])
    var masks: [MaskKey: Data] = [:]
    var truths = Truths(of: record, in: state)
    for scoring in record.plan.scorings where scoring.purpose == .report {
      let made = try MadeMask.all(of: scoring, known, in: state, &truths)
      for (id, mask) in zip(scoring.cases, made) {
        switch mask {
        case .made(let mask):
          masks[MaskKey(scoring, id)] = mask.bytes
          try scores.append(CaseScore(scoring, id, mask))
        case .open:
          holes.append(MissingScore(scoring, id, reason: known.status(of: scoring.job)?.reason))
        case .unusable(let reason): holes.append(MissingScore(scoring, id, reason: reason))
        }
      }
    }
    sweep = try SweepJudgement(record, known, in: state)
    (curves, remarks) = try record.plan.curves(known, in: state)
    holes += record.unchosen.map {
      MissingScore(dataset: $0, method: $1, caseID: nil, reason: noChoice)
    }
    table = try ScoreTable(
      datasets: record.datasets.map(\.name), scores: scores, missingScores: holes,
      sharesSettings: record.choice == .overall)
    (self.state, self.record, self.masks) = (state, record, masks)
    provenance = Provenance(record.plan, known)
    energies = SolutionEnergies(record.plan, known)
  }

  /// Writes `masks/<dataset>/<method>/<case>.png`, `report/scores.csv`, `report/tests.csv`,
  /// `report/table.*`, `report/provenance.json`, `report/curves.csv`, of TV and elastica
  /// `report/energies.csv`, of a sweep `report/sweep.csv`, and the panels
  /// `figures/<dataset>-<case>.png`: of the first cases, where any are asked for of each method's worst
  /// one, and of those that were drawn before.
  ///
  /// Of these files those are removed that an earlier configuration has left, and nothing else.
  ///
  /// - Throws: `BlobError` of code `storage` where the disk refuses; what was there before stays.
  ///   `CoordinatorError` of code `state` where a file cannot be removed.
  public func write() throws {
    let files = try tables.merging(namedMasks) { $1 }
    for (path, bytes) in files { try state.write(bytes, to: path) }
    let leftovers = Leftovers(in: state)
    try leftovers.removeMasksAndTables(except: Set(files.keys))
    let names = record.datasets.flatMap { dataset in
      dataset.test.map { CaseName(dataset: dataset.name, id: $0.id) }
    }
    try leftovers.removePanels(except: names)
    let wanted = Set(firstCases + (record.panels > 0 ? worstCases : []))
    for name in names where wanted.contains(name) || state.hasPanel(of: name) {
      try drawPanel(of: name)
    }
  }

  /// The files of `report/`, by their paths.
  private var tables: [String: Data] {
    get throws {
      var files = [
        "report/scores.csv": Data(table.scoresCSV.utf8),
        "report/tests.csv": Data(table.testsCSV.utf8),
        "report/provenance.json": try provenance.encoded(),
      ]
      if !curves.isEmpty { files["report/curves.csv"] = Data(curves.csv.utf8) }
      if !energies.isEmpty { files["report/energies.csv"] = Data(energies.csv.utf8) }
      if !sweep.settings.isEmpty { files["report/sweep.csv"] = Data(sweep.settings.csv.utf8) }
      for format in [TableFormat.md, .csv, .latex, .json, .html] {
        files["report/table.\(format.fileExtension)"] = Data(rendered(as: format).utf8)
      }
      return files
    }
  }

  /// The masks by their paths.
  private var namedMasks: [String: Data] {
    Dictionary(
      masks.map { key, bytes in
        ("masks/\(key.dataset)/\(folder(of: key))/\(key.id).png", bytes)
      }, uniquingKeysWith: { $1 })
  }

  private var firstCases: [CaseName] {
    record.datasets.flatMap { dataset in
      dataset.test.prefix(record.panels).map { CaseName(dataset: dataset.name, id: $0.id) }
    }
  }

  /// The table as text, and in a page how the trainings went.
  public func rendered(as format: TableFormat) -> String {
    table.rendered(as: format, with: curves)
  }

  /// `M3`; `M3-seed-2` where the method was run with several seeds, `M3-energy.theta=3` where it was under
  /// several settings.
  private func folder(of key: MaskKey) -> String {
    let others = masks.keys.filter { ($0.dataset, $0.method) == (key.dataset, key.method) }
    var name = key.method.rawValue
    if Set(others.map(\.setting)).count > 1 {
      name += "-" + key.setting.replacing(" ", with: "_").replacing("/", with: "_")
    }
    if let seed = key.seed, Set(others.map(\.seed)).count > 1 { name += "-seed-\(seed)" }
    return name
  }

  /// What a method made of a case, under its first setting and with its first seed.
  func result(of method: Method, on name: CaseName) throws -> PanelFigure.Result {
    let score = table.scores.first {
      ($0.dataset, $0.method, $0.caseID) == (name.dataset, method, name.id)
    }
    let mask = try score.flatMap { score in
      masks[
        MaskKey(
          dataset: name.dataset, method: method, setting: score.setting, seed: score.seed,
          id: name.id)]
    }.map { try Mask(decoding: $0, name: "the mask of \(name)") }
    return PanelFigure.Result(method: method, mask: mask, dice: score?.dice)
  }
}

private let noChoice = "no setting of the sweep is chosen yet: not all have their scores"

private struct MaskKey: Hashable {
  var dataset: String
  var method: Method
  var setting: String
  var seed: UInt64?
  var id: String
}

extension MaskKey {
  fileprivate init(_ scoring: Scoring, _ id: String) {
    self.init(
      dataset: scoring.dataset, method: scoring.method, setting: scoring.setting ?? "",
      seed: scoring.seed, id: id)
  }
}

extension MissingScore {
  fileprivate init(_ scoring: Scoring, _ id: String, reason: String?) {
    self.init(
      dataset: scoring.dataset, method: scoring.method, caseID: id,
      reason: reason ?? "not done yet", seed: scoring.seed, setting: scoring.setting ?? "")
  }
}

extension CaseScore {
  fileprivate init(_ scoring: Scoring, _ id: String, _ made: MadeMask) throws {
    let overlap = try Overlap(of: made.mask, against: made.truth)
    let distance = try SurfaceDistance(of: made.mask, against: made.truth)
    self.init(
      dataset: scoring.dataset, method: scoring.method, caseID: id, dice: overlap.dice,
      jaccard: overlap.jaccard, seconds: made.output.seconds, job: scoring.job,
      attempt: made.completion.attempt.number, worker: made.completion.worker.name,
      hausdorff95: distance?.hausdorff95, surfaceDistance: distance?.average, seed: scoring.seed,
      setting: scoring.setting ?? "")
  }
}

extension ExperimentRecord {
  /// The methods of a sweep for which no setting is chosen yet, with their data sets.
  fileprivate var unchosen: [(dataset: String, method: Method)] {
    let contests = plan.scorings.map { (Contest($0), $0.purpose) }
    let reported = Set(contests.filter { $0.1 == .report }.map(\.0))
    var seen = reported
    return contests.filter { seen.insert($0.0).inserted }.map { ($0.0.dataset, $0.0.method) }
  }

  private struct Contest: Hashable {
    var dataset: String
    var method: Method

    init(_ scoring: Scoring) { (dataset, method) = (scoring.dataset, scoring.method) }
  }
}
