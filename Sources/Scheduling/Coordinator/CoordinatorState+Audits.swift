import Jobs

/// Compares results that different workers have computed of the same job.
///
/// The job alone determines the bits of its result. A worker with the same numerics fingerprint
/// that computes other bits is faulty or malicious.
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

  /// Returns true if this worker can audit the job. It must not be the worker that did the job, and
  /// it must have the numerics fingerprint of the result. Workers on other hosts are preferred: one
  /// on the same host is accepted only if no suitable worker runs on another.
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

  /// True if audits wait, no worker has joined since the start, and the time in which workers join
  /// again after a restart has not passed.
  private var mayGetAuditors: Bool {
    guard joined == 0, !audits.waiting.isEmpty, let detachedUntil else { return false }
    return now < detachedUntil
  }

  /// The number of audits that are under way or wait for a worker.
  public var openAudits: Int { audits.open.count + audits.waiting.count }

  /// Drops the audits that still wait for a worker, and notifies the user of their number.
  mutating func closeAudits() {
    let left = audits.dropWaiting()
    if left > 0 { notify(.auditsSkipped(left)) }
  }

  // MARK: late results

  /// Compares the late result of an attempt that was lost or released, which serves as an audit. If
  /// the job is not done yet, the late result is kept until the job has the result that counts.
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

  /// Compares a result with the one that counts. With different numerics fingerprints the bits may
  /// differ, so there is no verdict then.
  private mutating func judge(_ attempt: Attempt, with result: JobResult, by worker: WorkerID) {
    guard let done = ledger.status(of: attempt.job)?.completion,
      done.result.fingerprint == result.fingerprint
    else { return }
    let agrees = ResultComparison(done.result, result).agrees
    commit(.audited(attempt, by: worker, result, agrees: agrees))
    notify(.audited(attempt, by: worker, agrees: agrees))
  }
}
