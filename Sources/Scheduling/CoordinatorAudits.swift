import Jobs

/// Results are compared with what other workers make of the same jobs: bits are a job's property
/// and not its worker's, so one that has other bits is broken or lies.
extension CoordinatorState {
  // MARK: audits

  /// A job that is done may have been chosen to be done once more.
  mutating func considerAudit(of id: JobID) {
    guard audits.chooses(id), let job = ledger.status(of: id), job.completion != nil,
      job.audits.isEmpty
    else { return }
    audits.append(id)
  }

  /// Whether this attempt, in this worker's hands, is an audit.
  public func isAudit(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    audits.open[attempt] == worker
  }

  /// Uses workers that have nothing better to do.
  mutating func handOutAudits() {
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
    guard let id = audits.waiting.first(where: { isElsewhere($0, worker) }) else { return nil }
    audits.take(id)
    return id
  }

  /// Whether this worker's result would say something: another process with the same numeric
  /// fingerprint, and on another host where there is one.
  private func isElsewhere(_ id: JobID, _ worker: WorkerID) -> Bool {
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

  /// Ends an audit without a verdict; false where the attempt is no audit.
  mutating func dropAudit(_ attempt: Attempt) -> Bool {
    guard audits.open[attempt] != nil else { return false }
    if !audits.requeue(attempt) { notify(.auditsSkipped(1)) }
    return true
  }

  mutating func finishAudit(_ attempt: Attempt, _ result: JobResult, by worker: WorkerID) {
    audits.conclude(attempt)
    forget(attempt, of: worker)
    judge(attempt, result, by: worker)
    send(.acknowledged(attempt), to: worker)
  }

  /// Whether an audit is under way or could be.
  var hasAuditsLeft: Bool {
    !audits.open.isEmpty || mayGetAuditors
      || audits.waiting.contains { id in sessions.keys.contains { isElsewhere(id, $0) } }
  }

  /// What was done before this coordinator began may be all that there is: its workers are only coming.
  private var mayGetAuditors: Bool {
    guard joined == 0, !audits.waiting.isEmpty, let orphansUntil else { return false }
    return now < orphansUntil
  }

  /// How many audits are under way or wait for a worker.
  public var openAudits: Int { audits.open.count + audits.waiting.count }

  /// The run ends: what nobody could do is not done.
  mutating func closeAudits() {
    let left = audits.dropWaiting()
    if left > 0 { notify(.auditsSkipped(left)) }
  }

  // MARK: late results

  /// An attempt that was taken for lost has finished: as good as an audit. Where the job is not
  /// done yet, the result waits for the one that counts.
  mutating func compareLate(_ attempt: Attempt, _ result: JobResult, by worker: WorkerID) {
    guard let job = ledger.status(of: attempt.job), job.formerHolders[attempt.number] == worker,
      !job.audits.contains(where: { $0.attempt == attempt })
    else { return }
    guard job.completion == nil else { return judge(attempt, result, by: worker) }
    lateResults[attempt.job, default: [:]][attempt] = (worker, result)
  }

  /// The job is done: its late results can be compared.
  mutating func settleLateResults(of id: JobID) {
    guard !lateResults.isEmpty, let results = lateResults.removeValue(forKey: id) else { return }
    for (attempt, late) in results.sorted(by: { $0.key.number < $1.key.number }) {
      judge(attempt, late.result, by: late.worker)
    }
  }

  /// Compares with the result that counts. Other fingerprints may mean other bits: no verdict then.
  private mutating func judge(_ attempt: Attempt, _ result: JobResult, by worker: WorkerID) {
    guard let done = ledger.status(of: attempt.job)?.completion,
      done.result.fingerprint == result.fingerprint
    else { return }
    let agrees = ResultComparison(done.result, result).agrees
    commit(.audited(attempt, by: worker, result, agrees: agrees))
    notify(.audited(attempt, by: worker, agrees: agrees))
  }
}
