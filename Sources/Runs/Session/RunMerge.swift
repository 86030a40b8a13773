import Blobs
import Errors
import Foundation
import Jobs
import Journal
import Scheduling

/// The import of results from other runs. Jobs are named by their content, so a result of one run
/// is valid in every other.
public struct RunMerge {
  /// The outcome of a merge.
  public struct Findings: Hashable, Sendable {
    /// The number of results that were imported.
    public var imported = 0
    /// The number of results that both runs had with equal digests, and whose bytes are in this run
    /// directory.
    public var confirmed = 0
    /// A sentence for each output that could not be compared or whose bytes had to be copied, and
    /// for each run that has finished no job of this run.
    public var remarks: [String] = []
    /// A few lines for each result that was not imported, because this run has a different one or
    /// because bytes are missing or damaged.
    public var refused: [String] = []
  }

  /// The outcome so far.
  public private(set) var findings = Findings()
  /// The history of the run that receives the results, including the imported ones.
  public private(set) var history: RunHistory
  private let directory: RunDirectory
  private let manifest: RunManifest
  private let planned: [JobID: PlannedJob]
  private let journal: any EventJournal
  private let time: Date

  /// Opens the run in `folder`, on which no coordinator may run.
  ///
  /// - Throws: `DipperError`.
  public init(into folder: URL, at time: Date) throws {
    let run = try RunDirectory.existing(at: folder)
    let journal = try SQLiteJournal(
      folder: run.directory.folder, experiment: run.manifest.plan.name, at: time)
    self.init(
      into: run.directory, manifest: run.manifest, journal: journal,
      history: try RunHistory(reading: journal), at: time)
  }

  /// Imports into a run whose journal is open and read.
  init(
    into directory: RunDirectory, manifest: RunManifest, journal: any EventJournal,
    history: RunHistory, at time: Date
  ) {
    self.directory = directory
    self.manifest = manifest
    self.journal = journal
    self.history = history
    self.time = time
    planned = Dictionary(uniqueKeysWithValues: manifest.plan.jobs.map { ($0.id, $0) })
  }

  /// Imports every finished result of the run in `other` that this run does not have. From a run of
  /// another experiment only the results that this run's plan needs are imported.
  ///
  /// - Throws: `DipperError` if `other` holds no run or its journal cannot be read; of code
  ///   `blobStorageFailed` if the disk cannot be read or written.
  public mutating func merge(_ other: URL) throws {
    let source = try RunDirectory.existing(at: other)
    let theirs = RunHistory(folding: try SQLiteJournal.read(folder: other).map(\.event))
    let isSameExperiment = source.manifest.plan.name == manifest.plan.name
    var hasCommonJob = false
    for job in theirs.jobs {
      guard let completion = job.completion,
        let wanted = planned[job.planned.id] ?? (isSameExperiment ? job.planned : nil)
      else { continue }
      hasCommonJob = true
      if let present = history.status(of: wanted.id)?.completion {
        try compare(wanted, present: present, with: completion, from: source.directory)
      } else {
        try take(wanted, completion: completion, from: source.directory)
      }
    }
    if !hasCommonJob {
      findings.remarks.append(
        "\(other.path), a run of \(source.manifest.plan.name), has finished no job of "
          + manifest.plan.name)
    }
  }

  private mutating func compare(
    _ job: PlannedJob, present: Completion, with other: Completion, from source: RunDirectory
  ) throws {
    let comparison = ResultComparison(present.result, other.result)
    findings.remarks += comparison.remarks.map { "\(job.label) (\(job.id.short)): \($0)" }
    guard !comparison.agrees else { return try confirm(job, present: present, from: source) }
    let here = ResultComparison.text(of: present.result.fingerprint)
    let there = ResultComparison.text(of: other.result.fingerprint)
    let lines =
      ["\(job.label) (\(job.id.short)) differs:"] + comparison.differences.map { "  \($0)" } + [
        "  here by \(present.worker): \(here)",
        "  in \(source.folder.path) by \(other.worker): \(there)",
      ]
    findings.refused.append(lines.joined(separator: "\n"))
  }

  /// Confirms an equal result, and copies those of its blobs that are missing or damaged in this
  /// run directory.
  private mutating func confirm(
    _ job: PlannedJob, present: Completion, from source: RunDirectory
  ) throws {
    let missing = present.result.outputs.filter {
      (try? directory.blobs.get($0.blob.digest)) == nil
    }
    let name = "\(job.label) (\(job.id.short))"
    do {
      let bytes = try missing.map { try source.blobs.get($0.blob.digest) }
      for blob in bytes { try directory.blobs.put(blob) }
    } catch let error as DipperError
      where error.domain == .blobs && error.code != .blobStorageFailed
    {
      findings.refused.append("\(name) is missing or damaged here and cannot be copied: \(error)")
      return
    }
    findings.confirmed += 1
    guard !missing.isEmpty else { return }
    let roles = missing.map(\.role.name).joined(separator: ", ")
    findings.remarks.append(
      "\(name): \(roles) was missing or damaged here and is copied from \(source.folder.path)")
  }

  /// Imports a result: copies its blobs, whose digests are checked, and then records the event.
  private mutating func take(
    _ job: PlannedJob, completion: Completion, from source: RunDirectory
  ) throws {
    let outputs = completion.result.outputs.map(\.blob.digest)
    let inputs = job.job.inputs.flatMap { [$0.image, $0.markers] }
    do {
      let bytes = try (outputs + inputs).map { try source.blobs.get($0) }
      for blob in bytes { try directory.blobs.put(blob) }
    } catch let error as DipperError
      where error.domain == .blobs && error.code != .blobStorageFailed
    {
      findings.refused.append("\(job.label) (\(job.id.short)) cannot be imported: \(error)")
      return
    }
    let status = history.status(of: job.id)
    let attempt = Attempt(job: job.id, number: (status?.lastAttempt ?? 0) + 1)
    let imported = JournalEvent.imported(
      attempt, by: completion.worker, completion.result, from: source.folder.path)
    let events = (status == nil ? [.submitted(job)] : []) + [imported]
    try journal.append(events, at: time)
    history.append(events)
    findings.imported += 1
  }
}
