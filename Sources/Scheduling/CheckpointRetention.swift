import Jobs

/// Which checkpoints the coordinator has to keep: of each job that is not done the one from which
/// its next attempt would continue. The others only fill the disk.
///
/// One that a failure has cast doubt on goes at once. Left for later, it would be taken away from
/// an attempt that has meanwhile come to the same state and left the same bytes.
public struct CheckpointRetention: Sendable {
  private var wanted: [JobID: Digest] = [:]
  /// How many jobs want a blob.
  private var wishes: [Digest: Int] = [:]
  /// Inputs and results: a worker may have called one of these its checkpoint, and it stays.
  private var lasting: Set<Digest> = []

  /// Keeps what the jobs of this ledger need.
  public init(_ ledger: JobLedger) {
    for job in ledger.jobs {
      keepInputs(of: job.planned)
      keep(job.completion?.result)
      for audit in job.audits { keep(audit.result) }
      _ = want(job.wantedCheckpoint, for: job.planned.id)
    }
  }

  /// The blobs that nobody can want any more, now that these facts are recorded and have led to
  /// this ledger. Remove them before anything that follows from the facts is sent.
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
      // Another result than the one that counts is evidence.
      case .audited(_, _, let result, _): keep(result)
      case .leased, .lost, .released, .cancelled, .auditLeased: break
      }
    }
    return left.compactMap(\.self).filter { !isWanted($0) }
  }

  /// Whether somebody may still want this blob.
  public func isWanted(_ blob: Digest) -> Bool { lasting.contains(blob) || wishes[blob] != nil }

  private mutating func want(in ledger: JobLedger, for job: JobID) -> Digest? {
    want(ledger.status(of: job)?.wantedCheckpoint, for: job)
  }

  /// Notes what a job would continue from; returns what it would have continued from before.
  private mutating func want(_ new: Digest?, for job: JobID) -> Digest? {
    if new == nil, wanted.isEmpty { return nil }
    let old = wanted[job]
    guard old != new else { return nil }
    wanted[job] = new
    if let new { wishes[new, default: 0] += 1 }
    if let old, let count = wishes[old] { wishes[old] = count > 1 ? count - 1 : nil }
    return old
  }

  private mutating func keepInputs(of planned: PlannedJob) {
    for input in planned.job.inputs { lasting.formUnion([input.image, input.markers]) }
  }

  private mutating func keep(_ result: JobResult?) {
    lasting.formUnion(result?.outputs.map(\.blob.digest) ?? [])
  }
}

extension JobStatus {
  fileprivate var wantedCheckpoint: Digest? {
    state == .done ? nil : checkpoint?.blob.digest
  }
}
