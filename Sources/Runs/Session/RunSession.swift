import Errors
import Foundation
import Jobs
import Journal
import Scheduling

/// A run of an experiment that is open in its directory, resumed where an earlier run stopped, and
/// ready for a coordinator.
public struct RunSession {
  /// The experiment of the run.
  public let experiment: Experiment
  /// The run directory, which no other process can open for a run at the same time.
  public let directory: RunDirectory
  /// The journal of the run.
  public let journal: any EventJournal
  /// The fold of the journal, including the events that this session has appended.
  public private(set) var history: RunHistory
  /// The jobs that are known so far. They include the second stage of a sweep after its settings
  /// were chosen.
  public private(set) var plan: Plan
  private let notify: @Sendable (String) -> Void

  /// Reads a configuration and its data, opens the run directory, imports the results of other
  /// runs, and puts jobs whose results are missing back into the queue.
  ///
  /// - Parameters:
  ///   - configuration: the configuration file.
  ///   - folder: the run directory.
  ///   - others: directories of runs whose results are imported.
  ///   - time: the present time, for the journal.
  ///   - notify: called with each sentence that the user should read.
  /// - Throws: `DipperError`.
  public init(
    configuration: URL, folder: URL, reusing others: [URL], at time: Date,
    notify: @escaping @Sendable (String) -> Void
  ) throws {
    let experiment = try Experiment(configuration: configuration)
    let directory = try RunDirectory(at: folder)
    let journal = try SQLiteJournal(folder: folder, experiment: experiment.name, at: time)
    try self.init(
      experiment, in: directory, journal: journal, reusing: others, at: time, notify: notify)
  }

  /// Creates the session of a run whose journal is open already.
  package init(
    _ experiment: Experiment, in directory: RunDirectory, journal: any EventJournal,
    reusing others: [URL], at time: Date, notify: @escaping @Sendable (String) -> Void
  ) throws {
    self.experiment = experiment
    self.directory = directory
    self.journal = journal
    self.notify = notify
    plan = experiment.plan
    try experiment.store(in: directory)
    history = try RunHistory(reading: journal, knowing: plan.jobs)
    try importResults(from: others, at: time)
    try requeueMissing(plan.jobs, at: time)
    if needsSelection, plan.jobs.allSatisfy({ history.status(of: $0.id)?.state == .done }) {
      try requeueMissing(secondStage(after: history), at: time)
    }
    experiment.removeUnreferencedBlobs(from: directory, history: history)
  }

  private mutating func importResults(from others: [URL], at time: Date) throws {
    guard !others.isEmpty else { return }
    let manifest = try RunDirectory.existing(at: directory.folder).manifest
    var merge = RunMerge(
      into: directory, manifest: manifest, journal: journal, history: history, at: time)
    for other in others { try merge.merge(other) }
    history = merge.history
    for line in merge.findings.remarks + merge.findings.refused { notify(line) }
    notify("\(counted(merge.findings.imported, "result")) imported from other runs")
  }

  private mutating func requeueMissing(_ jobs: [PlannedJob], at time: Date) throws {
    let missing = MissingResults.events(for: jobs, history: history, in: directory)
    guard !missing.isEmpty else { return }
    try journal.append(missing, at: time)
    history.append(missing)
    for case .requeued(let id, let reason) in missing {
      let label = history.status(of: id)?.planned.label ?? id.short
      notify("\(label): \(reason); it is computed again")
    }
  }

  /// The number of the plan's jobs that are done.
  public var doneCount: Int { planned.count { $0.state == .done } }

  /// The number of the plan's jobs for which two workers computed different results.
  public var contestedCount: Int { planned.count(where: \.isContested) }

  private var planned: [JobStatus] { plan.jobs.compactMap { history.status(of: $0.id) } }

  /// True if a sweep has not chosen its settings yet.
  public var needsSelection: Bool { experiment.hasSecondStage && plan == experiment.plan }

  /// Chooses the settings of a sweep, records the whole plan in the run directory, and returns the
  /// jobs of the second stage.
  ///
  /// - Throws: as `Experiment.planOfBothStages`; `DipperError` if the manifest cannot be written.
  public mutating func secondStage(after history: RunHistory) throws -> [PlannedJob] {
    plan = try experiment.planOfBothStages(after: history, in: directory)
    try experiment.store(plan, in: directory)
    return Array(plan.jobs.dropFirst(experiment.plan.jobs.count))
  }

  /// Replaces the history by that of a coordinator that has ended, and removes unreferenced blobs.
  public mutating func conclude(with history: RunHistory) {
    self.history = history
    experiment.removeUnreferencedBlobs(from: directory, history: history)
  }
}
