import Jobs

/// Decides which checkpoints the coordinator has to keep.
///
/// It keeps the checkpoint from which the next attempt at each unfinished job would continue; the
/// others would only fill the disk.
///
/// A checkpoint on which a failure has cast doubt is removed at once. Removed later, it might be taken from
/// an attempt that has meanwhile reached the same state and saved the same bytes.
public struct CheckpointRetention: Sendable {
  private var wanted: [JobID: Digest] = [:]
  /// The number of jobs that want each blob.
  private var wantCounts: [Digest: Int] = [:]
  /// The blobs of inputs and results, which stay even if a worker has named one of them as its checkpoint.
  private var permanent: Set<Digest> = []

  /// Keeps the checkpoints that the jobs of this ledger need.
  public init(_ ledger: JobLedger) {
    for job in ledger.jobs {
      keepInputs(of: job.planned)
      keep(job.completion?.result)
      for audit in job.audits { keep(audit.result) }
      _ = want(job.wantedCheckpoint, for: job.planned.id)
    }
  }

  /// Returns the blobs that nothing needs any more after these events, which have led to this ledger.
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
      // A result that does not count is kept as evidence.
      case .audited(_, _, let result, _): keep(result)
      case .leased, .lost, .released, .cancelled, .auditLeased: break
      }
    }
    return left.compactMap(\.self).filter { !isWanted($0) }
  }

  /// Returns true if something may still need this blob.
  public func isWanted(_ blob: Digest) -> Bool {
    permanent.contains(blob) || wantCounts[blob] != nil
  }

  private mutating func want(in ledger: JobLedger, for job: JobID) -> Digest? {
    want(ledger.status(of: job)?.wantedCheckpoint, for: job)
  }

  /// Notes the checkpoint from which a job would continue, and returns the one that it replaces.
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
