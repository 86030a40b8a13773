import Jobs

/// Decides which checkpoints the coordinator has to keep.
///
/// It keeps, for each unfinished job, the checkpoint from which the next attempt would continue.
/// The others would only fill the disk.
///
/// A checkpoint that may have caused a failure is removed at once. By a later time another attempt
/// may have reached the same state and saved the same bytes under the same digest, and the removal
/// would delete its checkpoint.
public struct CheckpointRetention: Sendable {
  private var wanted: [JobID: Digest] = [:]
  /// The number of jobs that want each blob.
  private var wantCounts: [Digest: Int] = [:]
  /// The blobs of inputs and results, which are kept even if a worker has named one of them as its
  /// checkpoint.
  private var permanent: Set<Digest> = []

  /// Creates the retention that keeps the inputs, results and checkpoints of the jobs in this
  /// ledger.
  public init(_ ledger: JobLedger) {
    for job in ledger.jobs {
      keepInputs(of: job.planned)
      keep(job.completion?.result)
      for audit in job.audits { keep(audit.result) }
      _ = want(job.wantedCheckpoint, for: job.planned.id)
    }
  }

  /// Returns the blobs that are no longer needed after these events. `ledger` must already contain
  /// the events.
  ///
  /// Remove them before any message that follows from the events is sent.
  public mutating func obsolete(
    after facts: [JournalEvent], in ledger: JobLedger
  ) -> [Digest] {
    var left: [Digest?] = []
    for fact in facts {
      switch fact {
      case .submitted(let planned): keepInputs(of: planned)
      case .checkpointed(let attempt, let checkpoint):
        left += [want(in: ledger, for: attempt.job), checkpoint.blob.digest]
      case .failed(let attempt, _, _): left.append(want(in: ledger, for: attempt.job))
      case .completed(let attempt, _, let result), .imported(let attempt, _, let result, _):
        keep(result)
        left.append(want(in: ledger, for: attempt.job))
      case .discarded(let job, _), .requeued(let job, _): left.append(want(in: ledger, for: job))
      // The result of an audit is kept as evidence, although it does not count.
      case .audited(_, _, let result, _): keep(result)
      case .leased, .lost, .released, .cancelled, .auditLeased: break
      }
    }
    return left.compactMap(\.self).filter { !isWanted($0) }
  }

  /// Returns true if the blob is an input, a result or a checkpoint from which a job may continue.
  public func isWanted(_ blob: Digest) -> Bool {
    permanent.contains(blob) || wantCounts[blob] != nil
  }

  private mutating func want(in ledger: JobLedger, for job: JobID) -> Digest? {
    want(ledger.status(of: job)?.wantedCheckpoint, for: job)
  }

  /// Notes the checkpoint from which a job would continue, and returns the checkpoint that it
  /// replaces.
  private mutating func want(_ new: Digest?, for job: JobID) -> Digest? {
    if new == nil, wanted.isEmpty { return nil }
    let old = wanted[job]
    guard old != new else { return nil }
    wanted[job] = new
    if let new { wantCounts[new, default: 0] += 1 }
    if let old, let count = wantCounts[old] { wantCounts[old] = count > 1 ? count - 1 : nil }
    return old
  }

  private mutating func keepInputs(of planned: PlannedJob) {
    for input in planned.job.inputs { permanent.formUnion([input.image, input.markers]) }
  }

  private mutating func keep(_ result: JobResult?) {
    permanent.formUnion(result?.outputs.map(\.blob.digest) ?? [])
  }
}

extension JobStatus {
  fileprivate var wantedCheckpoint: Digest? {
    state == .done ? nil : checkpoint?.blob.digest
  }
}
