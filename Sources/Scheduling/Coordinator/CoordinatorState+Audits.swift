import Jobs

/// Compares results with those of other workers at the same jobs.
///
/// The bits of a result are determined by the job, not by the worker. A worker with other bits is broken
/// or lies.
extension CoordinatorState {
  // MARK: audits

  /// Queues an audit of a job that is done, if the job was chosen for one.
  mutating func considerAudit(of id: JobID) {
    guard audits.chooses(id), let job = ledger.status(of: id), job.completion != nil,
      job.audits.isEmpty
    else { return }
    audits.append(id)
  }

  /// Returns true if this attempt of this worker is an audit.
  public func isAudit(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    audits.open[attempt] == worker
  }

  /// Leases audits to workers for which there are no ready jobs.
  mutating func leaseAudits() {
    guard phase == .working, ledger.counts.ready == 0, !audits.waiting.isEmpty else { return }
    let free = sessions.filter(\.value.hasCredit).map { worker, session in
      FreeWorker(leases: session.leases.count, number: session.number, worker: worker)
    }
    for entry in free.sorted() {
      while sessions[entry.worker]?.hasCredit == true, let id = nextAudit(for: entry.worker) {
        leaseAudit(of: id, to: entry.worker)
      }
    }
  }

  private mutating func nextAudit(for worker: WorkerID) -> JobID? {
    guard let id = audits.waiting.first(where: { canAudit($0, at: worker) }) else { return nil }
    audits.take(id)
    return id
  }

  /// Returns true if this worker's result would be evidence: it is another process with the same numerics
  /// fingerprint, and on another host where there is one.
  private func canAudit(_ id: JobID, at worker: WorkerID) -> Bool {
    guard let done = ledger.status(of: id)?.completion, let session = sessions[worker],
      !session.isDismissed,
      done.worker != worker, session.description.fingerprint == done.result.fingerprint ?? [:]
    else { return false }
    guard let host = hosts[done.worker], host == session.description.host else { return true }
    return !sessions.values.contains {
      $0.description.host != host && $0.description.fingerprint == done.result.fingerprint ?? [:]
    }
  }

  private mutating func leaseAudit(of id: JobID, to worker: WorkerID) {
    guard let job = ledger.status(of: id) else { return }
    let attempt = Attempt(job: id, number: job.lastAttempt + 1)
    commit(.auditLeased(attempt, to: worker))
    audits.begin(attempt, at: worker)
    sessions[worker]?.leases[attempt] = now
    let weights = job.planned.dependencies.first.flatMap { ledger.status(of: $0)?.weights }
    let lease = Lease(
      attempt: attempt, sharing: job.planned.$job, label: job.planned.label, checkpoint: nil,
      weights: weights)
    send(.lease(lease), to: worker)
    offer(worker)
  }

  /// Ends an audit without a verdict. Returns false if the attempt is not an audit.
  mutating func dropAudit(_ attempt: Attempt) -> Bool {
    guard audits.open[attempt] != nil else { return false }
    if !audits.requeue(attempt) { notify(.auditsSkipped(1)) }
    return true
  }

  mutating func finishAudit(_ attempt: Attempt, with result: JobResult, by worker: WorkerID) {
    audits.conclude(attempt)
    forget(attempt, of: worker)
    judge(attempt, with: result, by: worker)
    send(.acknowledged(attempt), to: worker)
  }

  /// True if an audit is under way or could be started.
  var hasAuditsLeft: Bool {
    !audits.open.isEmpty || mayGetAuditors
      || audits.waiting.contains { id in sessions.keys.contains { canAudit(id, at: $0) } }
  }

  /// True if audits wait and no worker has joined since the start, although some may still join.
  private var mayGetAuditors: Bool {
    guard joined == 0, !audits.waiting.isEmpty, let detachedUntil else { return false }
    return now < detachedUntil
  }

  /// The number of audits that are under way or wait for a worker.
  public var openAudits: Int { audits.open.count + audits.waiting.count }

  /// Drops the audits that no worker could compute before the run ends.
  mutating func closeAudits() {
    let left = audits.dropWaiting()
    if left > 0 { notify(.auditsSkipped(left)) }
  }

  // MARK: late results

  /// Compares the late result of an attempt that was taken for lost, which is as good as an audit. If the job
  /// is not done yet, the late result waits for the one that counts.
  mutating func compareLate(_ attempt: Attempt, with result: JobResult, by worker: WorkerID) {
    guard let job = ledger.status(of: attempt.job), job.formerHolders[attempt.number] == worker,
      !job.audits.contains(where: { $0.attempt == attempt })
    else { return }
    guard job.completion == nil else { return judge(attempt, with: result, by: worker) }
    lateResults[attempt.job, default: [:]][attempt] = (worker, result)
  }

  /// Compares the late results of a job that is now done.
  mutating func settleLateResults(of id: JobID) {
    guard !lateResults.isEmpty, let results = lateResults.removeValue(forKey: id) else { return }
    for (attempt, late) in results.sorted(by: { $0.key.number < $1.key.number }) {
      judge(attempt, with: late.result, by: late.worker)
    }
  }

  /// Compares a result with the one that counts. With different numerics fingerprints the bits may differ,
  /// so there is no verdict then.
  private mutating func judge(_ attempt: Attempt, with result: JobResult, by worker: WorkerID) {
    guard let done = ledger.status(of: attempt.job)?.completion,
      done.result.fingerprint == result.fingerprint
    else { return }
    let agrees = ResultComparison(done.result, result).agrees
    commit(.audited(attempt, by: worker, result, agrees: agrees))
    notify(.audited(attempt, by: worker, agrees: agrees))
  }
}
