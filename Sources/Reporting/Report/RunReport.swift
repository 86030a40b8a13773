import Blobs
import Evaluation
import Foundation
import Imaging
import Jobs
import Runs
import Scheduling

/// The report of a run: its masks scored against the ground truth, the curves of its trainings, and
/// the judgement of a sweep.
///
/// It is made from the run directory alone, so any run can be reported at any time.
public struct RunReport {
  /// The scores, and the missing scores with their reasons.
  public let table: ScoreTable
  /// The judgement of a sweep's settings on the training images; empty if there is no sweep.
  public let sweep: SweepJudgement
  /// The curves of the trainings and fits.
  public let curves: [JobCurve]
  /// A sentence for each curve that cannot be read and is left out.
  public let remarks: [String]
  let directory: RunDirectory
  let manifest: RunManifest
  private let masks: [MaskKey: Data]
  private let provenance: Provenance
  private let energies: SolutionEnergies

  /// Scores the jobs that are done.
  ///
  /// - Throws: `DipperError` of the domain `blobs` if a mask, an image or a curve is missing or
  ///   damaged; of code `datasetUnusable` if a ground truth is missing or damaged, or differs from
  ///   the manifest's.
  public init(of manifest: RunManifest, history: RunHistory, in directory: RunDirectory) throws {
    var scored = try ScoredMasks(of: manifest, history: history, in: directory)
    sweep = try SweepJudgement(manifest, history: history, in: directory)
    let results = try ResultCurves(of: manifest.plan, history: history, in: directory)
    curves = results.curves
    remarks = results.remarks
    scored.missing += manifest.undecided.map {
      MissingScore(dataset: $0.dataset, method: $0.method, caseID: nil, reason: noChoice)
    }
    table = try ScoreTable(
      datasets: manifest.datasets.map(\.name), scores: scored.scores, missingScores: scored.missing,
      sharesSettings: manifest.choice == .overall)
    self.directory = directory
    self.manifest = manifest
    masks = scored.masks
    provenance = Provenance(of: manifest.plan, history: history)
    energies = SolutionEnergies(of: manifest.plan, history: history)
  }

  /// Writes `masks/<dataset>/<method>/<case>.png`, `report/scores.csv`, `report/tests.csv`,
  /// `report/table.*`, `report/provenance.json`, `report/curves.csv`, `report/energies.csv` for
  /// solved methods, `report/sweep.csv` for a sweep, and panels `figures/<dataset>-<case>.png`.
  ///
  /// Panels are drawn of the first cases of each data set, of each method's worst case if the
  /// configuration asks for panels, and of the cases that have one already. Files that the report
  /// of an earlier configuration wrote are removed, and no others.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed` if a file cannot be written, in which case
  ///   the earlier files stay; of code `runDirectoryUnusable` if a file cannot be removed.
  public func write() throws {
    let files = try tables.merging(namedMasks) { $1 }
    for (path, bytes) in files { try directory.write(bytes, to: path) }
    let stale = StaleReportFiles(in: directory)
    try stale.removeMasksAndTables(except: Set(files.keys))
    let names = manifest.datasets.flatMap { dataset in
      dataset.test.map { CaseName(dataset: dataset.name, id: $0.id) }
    }
    try stale.removePanels(exceptOf: names)
    let wanted = Set(firstCases + (manifest.panels > 0 ? worstCases : []))
    for name in names where wanted.contains(name) || directory.hasPanel(of: name) {
      try drawPanel(of: name)
    }
  }

  /// The files of `report/` by their paths.
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
        ("masks/\(key.dataset)/\(folder(of: key))/\(key.caseID).png", bytes)
      }, uniquingKeysWith: { $1 })
  }

  private var firstCases: [CaseName] {
    manifest.datasets.flatMap { dataset in
      dataset.test.prefix(manifest.panels).map { CaseName(dataset: dataset.name, id: $0.id) }
    }
  }

  /// Renders the table; the HTML page also shows the curves of the trainings.
  public func rendered(as format: TableFormat) -> String {
    table.rendered(as: format, with: curves)
  }

  /// Names the folder of a mask: `M3`; `M3-seed-2` if the method was run with several seeds,
  /// `M3-energy.theta=3` if it was run with several settings.
  private func folder(of key: MaskKey) -> String {
    let others = masks.keys.filter { $0.dataset == key.dataset && $0.method == key.method }
    var name = key.method.rawValue
    if Set(others.map(\.setting)).count > 1 {
      name += "-" + key.setting.replacing(" ", with: "_").replacing("/", with: "_")
    }
    if let seed = key.seed, Set(others.map(\.seed)).count > 1 { name += "-seed-\(seed)" }
    return name
  }

  /// Returns the result of a method on a case, with its first setting and its first seed.
  func result(of method: Method, on name: CaseName) throws -> PanelFigure.Result {
    let score = table.scores.first {
      $0.dataset == name.dataset && $0.method == method && $0.caseID == name.id
    }
    let mask = try score.flatMap { score in
      masks[
        MaskKey(
          dataset: name.dataset, method: method, setting: score.setting, seed: score.seed,
          caseID: name.id)]
    }.map { try Mask(decoding: $0, name: "the mask of \(name)") }
    return PanelFigure.Result(method: method, mask: mask, dice: score?.dice)
  }
}

private let noChoice = "no setting of the sweep is chosen yet: not all have their scores"

extension RunManifest {
  /// The methods of a sweep for which no setting is chosen yet, with their data sets.
  fileprivate var undecided: [ReportedMethod] {
    var seen = Set(plan.scorings.filter { $0.purpose == .report }.map { ReportedMethod($0) })
    return plan.scorings.map { ReportedMethod($0) }.filter { seen.insert($0).inserted }
  }
}

/// A method on a data set.
private struct ReportedMethod: Hashable {
  var dataset: String
  var method: Method

  init(_ scoring: Scoring) {
    dataset = scoring.dataset
    method = scoring.method
  }
}
