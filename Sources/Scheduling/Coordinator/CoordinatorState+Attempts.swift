import Jobs

/// Leases attempts and handles the reports about them.
extension CoordinatorState {
  // MARK: leasing

  /// Leases ready jobs to workers that can compute them and have room, those with the fewest leases
  /// first.
  mutating func leaseReadyJobs() {
    guard phase == .working, ledger.counts.ready > 0 else { return }
    while let match = nextMatch() { lease(ledger.jobs[match.index], to: match.worker) }
    reportMissingGPUs()
  }

  /// Returns the index of the next job in the ledger and the worker that gets it.
  private mutating func nextMatch() -> (index: Int, worker: WorkerID)? {
    for need in ledger.readyNeeds() {
      guard let worker = nextFree(gpus: isWaitedFor(gpus: need) ? need : 0),
        let index = ledger.nextReady(needing: need)
      else { continue }
      return (index, worker)
    }
    return nil
  }

  /// Returns true if jobs that require this number of GPUs are leased only to workers that have
  /// them. If no worker has them and the settings do not wait for one, any worker is given such a
  /// job and reports the missing GPUs as its failure.
  private func isWaitedFor(gpus need: Int) -> Bool {
    need == 0 || settings.waitsForGPU || isThere(gpus: need)
  }

  private func isThere(gpus need: Int) -> Bool {
    sessions.values.contains { $0.description.gpus >= need }
  }

  /// Notifies the user, once for each number of GPUs, that jobs wait for GPUs that no worker has.
  private mutating func reportMissingGPUs() {
    guard settings.waitsForGPU, !sessions.isEmpty else { return }
    for need in ledger.readyNeeds() where need > 0 && !reportedShortages.contains(need) {
      guard !isThere(gpus: need) else { continue }
      reportedShortages.insert(need)
      notify(.missingGPUs(need))
    }
  }

  /// Adds a worker that has room for another lease to the free workers.
  mutating func offer(_ worker: WorkerID) {
    guard let session = sessions[worker], session.hasCredit else { return }
    let entry = FreeWorker(
      leases: session.leases.count, number: session.number, worker: worker)
    free.append(entry, gpus: session.description.gpus)
  }

  private mutating func nextFree(gpus: Int) -> WorkerID? {
    free.popFirst(gpus: gpus) { entry in
      guard let session = sessions[entry.worker] else { return false }
      return session.number == entry.number && session.leases.count == entry.leases
        && session.hasCredit
    }
  }

  private mutating func lease(_ job: JobStatus, to worker: WorkerID) {
    let attempt = Attempt(job: job.planned.id, number: job.lastAttempt + 1)
    commit(.leased(attempt, to: worker))
    sessions[worker]?.leases[attempt] = now
    let lease = Lease(
      attempt: attempt, sharing: job.planned.$job, label: job.planned.label,
      checkpoint: job.checkpoint,
      weights: job.planned.dependencies.first.flatMap { ledger.status(of: $0)?.weights })
    send(.lease(lease), to: worker)
    notify(.leased(attempt, to: worker))
    offer(worker)
  }

  // MARK: fencing

  /// Returns true if the coordinator accepts reports of this worker about this attempt.
  func isCurrent(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    if isAudit(attempt, of: worker) { return true }
    guard let index = ledger.index(of: attempt.job) else { return false }
    return ledger.jobs[index].lastAttempt == attempt.number
      && ledger.jobs[index].holder == worker
  }

  /// Returns true for a report about a current attempt. Answers a report about any other attempt,
  /// so that the worker forgets that attempt.
  ///
  /// A late `finished` is rejected even if the job is not done yet. This keeps the rule simple and
  /// costs no result, because the attempt that replaced the late one computes the same bits.
  mutating func admit(
    _ attempt: Attempt, from worker: WorkerID, otherwise answer: CoordinatorMessage?,
    isNotified: Bool = true
  ) -> Bool {
    if isCurrent(attempt, of: worker) { return true }
    if let violation = violation(of: attempt, by: worker) {
      notify(.refused(worker, reason: violation))
    } else if isNotified {
      notify(.superseded(attempt, from: worker))
    }
    if let answer { send(answer, to: worker) }
    return false
  }

  /// Returns the reason why this worker can never have held this attempt, or nil if it may have.
  private func violation(of attempt: Attempt, by worker: WorkerID) -> String? {
    let name = "attempt \(attempt.number) of job \(attempt.job.short)"
    guard let job = ledger.status(of: attempt.job) else {
      return "it speaks of job \(attempt.job.short), which is not part of the run"
    }
    guard attempt.number <= job.lastAttempt else { return "\(name) was never leased" }
    guard attempt.number == job.lastAttempt, let holder = job.holder, holder != worker else {
      return nil
    }
    return "\(name) is not its own but \(holder)'s"
  }

  // MARK: reports

  mutating func report(_ progress: JobProgress, of attempt: Attempt, from worker: WorkerID) {
    guard admit(attempt, from: worker, otherwise: .revoke(attempt), isNotified: false),
      audits.open[attempt] == nil
    else { return }
    ledger.note(progress, of: attempt.job)
    notify(.progress(attempt, progress))
  }

  /// Records a checkpoint unless it is older than the recorded one.
  mutating func keep(_ checkpoint: Checkpoint, of attempt: Attempt, from worker: WorkerID) {
    guard admit(attempt, from: worker, otherwise: .revoke(attempt)) else { return }
    guard audits.open[attempt] == nil else {
      // A lost audit is started from the beginning, so no attempt needs its checkpoint.
      return outbox.messages.append(.removeUnreferenced(checkpoint.blob))
    }
    if let known = ledger.status(of: attempt.job)?.checkpoint, known.step >= checkpoint.step {
      return
    }
    commit(.checkpointed(attempt, checkpoint))
  }

  // MARK: ends

  mutating func finish(_ attempt: Attempt, with result: JobResult, by worker: WorkerID) {
    if ledger.index(of: attempt.job).flatMap({ ledger.jobs[$0].completion?.attempt }) == attempt {
      return send(.acknowledged(attempt), to: worker)
    }
    guard admit(attempt, from: worker, otherwise: .acknowledged(attempt)) else {
      return compareLate(attempt, with: result, by: worker)
    }
    if audits.open[attempt] != nil { return finishAudit(attempt, with: result, by: worker) }
    if let missing = missingOutput(of: attempt.job, in: result) {
      return fail(attempt, because: JobFailure(message: missing, isTransient: true), by: worker)
    }
    forget(attempt, of: worker)
    commit(.completed(attempt, by: worker, result))
    send(.acknowledged(attempt), to: worker)
    notify(.completed(attempt, result))
    settleLateResults(of: attempt.job)
    considerAudit(of: attempt.job)
  }

  /// Returns a sentence about the first output that the job must have and this result lacks, or
  /// nil.
  private func missingOutput(of id: JobID, in result: JobResult) -> String? {
    guard let job = ledger.index(of: id).map({ ledger.jobs[$0].planned.job }) else { return nil }
    let roles = Set(result.outputs.map(\.role))
    if job.kind == .train {
      return roles.contains(.weights) ? nil : "the training finished without leaving weights"
    }
    let missing = job.inputs.indices.first { !roles.contains(.mask(case: $0)) }
    return missing.map { "the job finished without a mask of its case \($0)" }
  }

  mutating func fail(_ attempt: Attempt, because failure: JobFailure, by worker: WorkerID) {
    guard admit(attempt, from: worker, otherwise: .acknowledged(attempt)) else { return }
    forget(attempt, of: worker)
    if dropAudit(attempt) { return send(.acknowledged(attempt), to: worker) }
    commitEnd(.failed(attempt, by: worker, failure))
    let failures = ledger.status(of: attempt.job)?.failures ?? 0
    let isFinal = !failure.isTransient || failures >= settings.maximumAttempts
    if isFinal { discard(attempt.job, reason: failure.message) }
    send(.acknowledged(attempt), to: worker)
    notify(.failed(attempt, failure, final: isFinal))
  }

  mutating func release(_ attempt: Attempt, by worker: WorkerID) {
    guard admit(attempt, from: worker, otherwise: nil) else { return }
    forget(attempt, of: worker)
    if !dropAudit(attempt) { commitEnd(.released(attempt, by: worker)) }
  }

  /// Records that an attempt ended unfinished. If this discards the job, the jobs that depend on it
  /// are discarded too. If a job on which it depends was discarded meanwhile, the job is discarded
  /// too.
  mutating func commitEnd(_ event: JournalEvent) {
    commit(event)
    guard let job = ledger.status(of: event.job) else { return }
    switch job.state {
    case .discarded: discardDependents(of: event.job)
    case .waiting: discardIfBlocked(job.planned)
    case .notRequested, .ready, .running, .done: break
    }
  }

  /// Discards a job and the jobs that depend on it.
  mutating func discard(_ id: JobID, reason: String) {
    commit(.discarded(id, reason: reason))
    discardDependents(of: id)
  }

  private mutating func discardDependents(of id: JobID) {
    for dependent in ledger.dependents(of: id) where dependent.state == .waiting {
      discard(dependent.planned.id, reason: Self.dependencyReason)
    }
  }

  /// Notes that the worker does not hold the attempt any more.
  mutating func forget(_ attempt: Attempt, of worker: WorkerID) {
    if !detached.isEmpty { detached[worker]?.remove(attempt) }
    sessions[worker]?.leases[attempt] = nil
    offer(worker)
  }
}
