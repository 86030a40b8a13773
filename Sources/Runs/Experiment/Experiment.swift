import Errors
import Experiments
import Foundation
import Jobs

/// An experiment: its configuration, its checked data sets and its plan.
public struct Experiment {
  /// The jobs to run. For a sweep that chooses its settings, these are the jobs of the first stage,
  /// by whose results the settings are judged. The jobs of the second stage are planned afterwards.
  public let plan: Plan
  package let configuration: ExperimentConfiguration
  package let datasets: [CheckedDataset]

  /// Reads and checks a configuration file and all its data sets, and plans the jobs. It writes no
  /// file.
  ///
  /// - Throws: `DipperError` of code `configurationUnreadable` or `datasetUnusable`; the errors of
  ///   `Planner`.
  public init(configuration file: URL) throws {
    let yaml = try Self.text(of: file)
    configuration = try ExperimentConfiguration(yaml: yaml, file: file.path)
    let folder = file.absoluteURL.deletingLastPathComponent()
    datasets = try configuration.datasets.map {
      try DatasetLoader.load($0.resolved(relativeTo: folder))
    }
    plan =
      try Planner.choicePlan(configuration, datasets: datasets.map(\.planned))
      ?? Planner.plan(configuration, datasets: datasets.map(\.planned))
  }

  private static func text(of file: URL) throws -> String {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw DipperError(.configurationUnreadable, "the configuration \(file.path) does not exist")
    }
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw DipperError(
        .configurationUnreadable,
        "the configuration \(file.path) cannot be read: it is a folder, not UTF-8 text, or not "
          + "readable for you")
    }
    return text
  }

  /// The name of the experiment.
  public var name: String { configuration.name }

  /// True for a sweep that chooses its settings, so that more jobs follow from the results of
  /// `plan`.
  public var hasSecondStage: Bool { configuration.sweep?.report == .chosen }

  /// Judges the settings of a sweep by the finished jobs of its first stage, and returns the plan
  /// of both stages.
  ///
  /// - Throws: `DipperError` of code `planImpossible`; as `SweepJudgement.init`.
  public func planOfBothStages(
    after history: RunHistory, in directory: RunDirectory
  ) throws -> Plan {
    let judgement = try SweepJudgement(manifest(of: plan), history: history, in: directory)
    var selection = Selection()
    for dataset in datasets {
      for method in configuration.methods {
        let name = judgement.chosenSetting(of: method, on: dataset.name)
        selection[dataset.name, method] = configuration.sweep?.settings.first { $0.name == name }
      }
    }
    return plan.followed(
      by: try Planner.plan(
        configuration, datasets: datasets.map(\.planned), selection: selection))
  }

  /// Returns the manifest of this experiment with the given plan.
  private func manifest(of plan: Plan) -> RunManifest {
    RunManifest(
      plan: plan, methods: configuration.methods, datasets: datasets.map(\.recorded),
      panels: configuration.report.panels, choice: configuration.sweep?.choice)
  }

  /// Writes the manifest, the ground truths and the inputs into a run directory.
  ///
  /// - Throws: `DipperError`.
  public func store(in directory: RunDirectory) throws {
    try directory.store(manifest(of: plan), datasets: datasets)
  }

  /// Replaces the manifest in a run directory by one that names the whole plan.
  ///
  /// - Throws: `DipperError` if the file cannot be written.
  public func store(_ plan: Plan, in directory: RunDirectory) throws {
    try directory.store(manifest(of: plan))
  }
}

extension CheckedDataset {
  fileprivate var recorded: RunManifest.RecordedDataset {
    RunManifest.RecordedDataset(
      name: name, window: window,
      test: planned.test.map { RunManifest.RecordedCase(id: $0.id, input: $0.input) },
      groundTruthDigests: Dictionary(
        uniqueKeysWithValues: cases.map { ($0.planned.id, $0.groundTruth) }))
  }
}
