import Blobs
import Foundation
import Jobs
import Journal
import Scheduling

/// Brings the results of other runs into one: jobs are named by their content, so a result of one run
/// is as good in another.
public struct RunMerge {
  /// What came of a merge.
  public struct Findings: Hashable, Sendable {
    /// Results that were taken over.
    public var imported = 0
    /// Results that both runs had, with equal digests; their bytes are here.
    public var confirmed = 0
    /// A sentence for each output that could not be compared or whose bytes had been lost here, and for
    /// each run that had nothing to take or to compare.
    public var remarks: [String] = []
    /// A few lines for each result that was not taken: another one is here, or its bytes are not
    /// whole.
    public var refused: [String] = []
  }

  /// What was found so far.
  public private(set) var findings = Findings()
  private let folder: StateFolder
  private let record: ExperimentRecord
  private let planned: [JobID: PlannedJob]
  private let journal: SQLiteJournal
  private var known: JobLedger
  private let time: Date

  /// Takes the run in `folder`, on which no coordinator may run.
  ///
  /// - Throws: `CoordinatorError`, `JournalError`.
  public init(into folder: URL, at time: Date) throws {
    let (folder, record) = try StateFolder.existing(at: folder)
    let journal = try SQLiteJournal(
      folder: folder.folder, experiment: record.plan.name, at: time)
    try self.init(into: folder, record, journal, at: time)
  }

  /// Takes the run in `folder`, whose journal is open.
  ///
  /// - Throws: `CoordinatorError`, `JournalError`.
  public init(into folder: URL, _ journal: SQLiteJournal, at time: Date) throws {
    let (folder, record) = try StateFolder.existing(at: folder)
    try self.init(into: folder, record, journal, at: time)
  }

  private init(
    into folder: StateFolder, _ record: ExperimentRecord, _ journal: SQLiteJournal, at time: Date
  ) throws {
    (self.folder, self.record, self.journal, self.time) = (folder, record, journal, time)
    planned = Dictionary(uniqueKeysWithValues: record.plan.jobs.map { ($0.id, $0) })
    known = try Self.state(journal)
  }

  private static func state(_ journal: SQLiteJournal) throws -> JobLedger {
    JobLedger(folding: try journal.replay(from: 1).map(\.event))
  }

  /// Imports every finished result of the run in `other` that is missing here; where that is a run of
  /// another experiment, those that this one's plan wants.
  ///
  /// - Throws: `CoordinatorError` where `other` holds no run; `JournalError`; `BlobError` of code
  ///   `storage` where the disk refuses.
  public mutating func merge(_ other: URL) throws {
    let (source, theirs) = try StateFolder.existing(at: other)
    let state = JobLedger(folding: try SQLiteJournal.read(folder: other).map(\.event))
    let isSame = theirs.plan.name == record.plan.name
    var isOfUse = false
    for job in state.jobs {
      guard let completion = job.completion,
        let wanted = planned[job.planned.id] ?? (isSame ? job.planned : nil)
      else { continue }
      isOfUse = true
      if let here = known.status(of: wanted.id)?.completion {
        try compare(wanted, here, completion, from: source)
      } else {
        try take(wanted, completion, from: source)
      }
    }
    if !isOfUse {
      findings.remarks.append(
        "\(other.path), a run of \(theirs.plan.name), has done no job of \(record.plan.name)")
    }
    known = try Self.state(journal)
  }

  private mutating func compare(
    _ job: PlannedJob, _ here: Completion, _ there: Completion, from source: StateFolder
  ) throws {
    let comparison = ResultComparison(here.result, there.result)
    findings.remarks += comparison.remarks.map { "\(job.label) (\(job.id.short)): \($0)" }
    guard !comparison.agrees else { return try confirm(job, here, from: source) }
    let lines =
      ["\(job.label) (\(job.id.short)) differs:"] + comparison.differences.map { "  \($0)" } + [
        "  here by \(here.worker): \(ResultComparison.words(here.result.fingerprint))",
        "  in \(source.folder.path) by \(there.worker): \(ResultComparison.words(there.result.fingerprint))",
      ]
    findings.refused.append(lines.joined(separator: "\n"))
  }

  /// That a result is here is only on record: bytes that were lost or damaged are brought.
  private mutating func confirm(
    _ job: PlannedJob, _ here: Completion, from source: StateFolder
  ) throws {
    let lost = here.result.outputs.filter { (try? folder.blobs.get($0.blob.digest)) == nil }
    let name = "\(job.label) (\(job.id.short))"
    do {
      let bytes = try lost.map { try source.blobs.get($0.blob.digest) }
      for blob in bytes { try folder.blobs.put(blob) }
    } catch let error as BlobError where error.code != .storage {
      findings.refused.append("\(name) is lost or damaged here and cannot be taken: \(error)")
      return
    }
    findings.confirmed += 1
    guard !lost.isEmpty else { return }
    let roles = lost.map(\.role.name).joined(separator: ", ")
    findings.remarks.append(
      "\(name): \(roles) was lost or damaged here and is taken from \(source.folder.path)")
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
