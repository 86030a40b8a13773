import Blobs
import Experiments
import Foundation
import Scheduling
import Store

/// Brings the results of other runs of an experiment into one: jobs are named by their content, so
/// a result of one run is as good in another.
public struct RunMerge {
  /// What came of a merge.
  public struct Findings: Hashable, Sendable {
    /// Results that were taken over.
    public var imported = 0
    /// Results that both runs had, with equal digests.
    public var confirmed = 0
    /// A sentence for each output that could not be compared.
    public var remarks: [String] = []
    /// A few lines for each result that was not taken: another one is here, or its bytes are not
    /// whole.
    public var refused: [String] = []
  }

  /// What was found so far.
  public private(set) var findings = Findings()
  private let folder: StateFolder
  private let record: ExperimentRecord
  private let journal: SQLiteJournal
  private var known: CoordinatorState
  private let time: Date

  /// Takes the run in `folder`, on which no coordinator may run.
  ///
  /// - Throws: `CoordinatorError`, `StoreError`.
  public init(into folder: URL, at time: Date) throws {
    (self.folder, record) = try StateFolder.existing(at: folder)
    journal = try SQLiteJournal(folder: folder, experiment: record.plan.name, at: time)
    known = CoordinatorState.restoring(
      from: try journal.replay(from: 1).map(\.event), settings: CoordinatorSettings())
    self.time = time
  }

  /// Imports every finished result of the run in `other` that is missing here.
  ///
  /// - Throws: `CoordinatorError` where it is another experiment's; `StoreError`; `BlobError` of code
  ///   `storage` where the disk refuses.
  public mutating func merge(_ other: URL) throws {
    let (source, theirs) = try StateFolder.existing(at: other)
    guard theirs.plan.name == record.plan.name else {
      throw CoordinatorError(
        .state,
        "\(other.path) is a run of \(theirs.plan.name), \(folder.folder.path) one of "
          + "\(record.plan.name); only runs of one experiment can be merged")
    }
    let state = CoordinatorState.restoring(
      from: try SQLiteJournal.read(folder: other).map(\.event), settings: CoordinatorSettings())
    for job in state.jobs {
      guard let completion = job.completion else { continue }
      if let here = known.status(of: job.planned.id)?.completion {
        compare(job.planned, here, completion, at: other)
      } else {
        try take(job.planned, completion, from: source)
      }
    }
    known = CoordinatorState.restoring(
      from: try journal.replay(from: 1).map(\.event), settings: CoordinatorSettings())
  }

  private mutating func compare(
    _ job: PlannedJob, _ here: Completion, _ there: Completion, at other: URL
  ) {
    let comparison = ResultComparison(here.result, there.result)
    findings.remarks += comparison.remarks.map { "\(job.label) (\(job.id.short)): \($0)" }
    guard !comparison.agrees else { return findings.confirmed += 1 }
    let lines =
      ["\(job.label) (\(job.id.short)) differs:"] + comparison.differences.map { "  \($0)" } + [
        "  here by \(here.worker): \(ResultComparison.words(here.result.passport))",
        "  in \(other.path) by \(there.worker): \(ResultComparison.words(there.result.passport))",
      ]
    findings.refused.append(lines.joined(separator: "\n"))
  }

  /// Blobs first, each checked by its digest; then the fact.
  private mutating func take(
    _ job: PlannedJob, _ completion: Completion, from source: StateFolder
  ) throws {
    let outputs = completion.result.outputs.map(\.blob.digest)
    let inputs = job.job.inputs.flatMap { [$0.image, $0.markers] }
    do {
      let bytes = try (outputs + inputs).map { try source.blobs.get($0) }
      for blob in bytes { try folder.blobs.put(blob) }
    } catch let error as BlobError where error.code != .storage {
      findings.refused.append("\(job.label) (\(job.id.short)) cannot be taken: \(error)")
      return
    }
    let status = known.status(of: job.id)
    let attempt = Attempt(job: job.id, number: (status?.lastAttempt ?? 0) + 1)
    let imported = JournalEvent.imported(
      attempt, by: completion.worker, completion.result, from: source.folder.path)
    try journal.append((status == nil ? [.submitted(job)] : []) + [imported], at: time)
    findings.imported += 1
  }
}
