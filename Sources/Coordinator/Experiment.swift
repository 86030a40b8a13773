import Experiments
import Foundation
import Jobs
import Scheduling

/// A configuration with its data, checked and planned.
public struct Experiment {
  /// The jobs; of a sweep those that judge its settings, as others follow from their results.
  public let plan: Plan
  let configuration: ExperimentConfiguration
  let datasets: [CheckedDataset]

  /// Reads a configuration file and all its data, checks them, and plans.
  ///
  /// - Throws: `CoordinatorError`, `ExperimentError`; nothing has been written then.
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
      throw CoordinatorError(.configuration, "the configuration \(file.path) does not exist")
    }
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw CoordinatorError(
        .configuration,
        "the configuration \(file.path) cannot be read: it is a folder, not UTF-8 text, or not "
          + "readable for you")
    }
    return text
  }

  /// The experiment's name.
  public var name: String { configuration.name }

  /// Whether the plan is a sweep's first part.
  public var hasSequel: Bool { configuration.sweep?.report == .chosen }

  /// The whole plan of a sweep, its settings judged by what is done in a run's folder.
  ///
  /// - Parameter known: the state of the run's jobs.
  /// - Throws: `ExperimentError` of code `plan`; as `SweepJudgement.init`.
  public func sequel(_ known: JobLedger, in state: StateFolder) throws -> Plan {
    let judgement = try SweepJudgement(record(plan), known, in: state)
    var selection = Selection()
    for dataset in datasets {
      for method in configuration.methods {
        let name = judgement.chosen(dataset.name, method)
        selection[dataset.name, method] = configuration.sweep?.settings.first { $0.name == name }
      }
    }
    return plan.followed(
      by: try Planner.plan(
        configuration, datasets: datasets.map(\.planned), selection: selection))
  }

  /// What a state folder must remember.
  private func record(_ plan: Plan) -> ExperimentRecord {
    ExperimentRecord(
      plan: plan, methods: configuration.methods,
      datasets: datasets.map { dataset in
        ExperimentRecord.RecordedDataset(
          name: dataset.name, window: dataset.window,
          test: dataset.planned.test.map {
            ExperimentRecord.RecordedCase(id: $0.id, input: $0.input)
          },
          truths: Dictionary(uniqueKeysWithValues: dataset.cases.map { ($0.planned.id, $0.truth) }))
      },
      panels: configuration.report.panels, choice: configuration.sweep?.choice)
  }

  /// Puts all that a run needs into its folder.
  ///
  /// - Throws: `CoordinatorError`, `BlobError`, `ImagingError`.
  public func store(in state: StateFolder) throws { try state.store(record(plan), datasets) }

  /// Has the folder of a run remember the whole plan.
  ///
  /// - Throws: `BlobError`.
  public func remember(_ plan: Plan, in state: StateFolder) throws { try state.store(record(plan)) }
}
