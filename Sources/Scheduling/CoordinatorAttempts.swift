import Jobs

/// Attempts are handed out, reported on and settled.
extension CoordinatorState {
  // MARK: handing out

  /// Gives ready jobs to workers with credit that can do them, the least laden first.
  mutating func handOut() {
    guard phase == .working, ledger.counts.ready > 0 else { return }
    while let (place, worker) = nextMatch() { lease(ledger.jobs[place], to: worker) }
    reportMissingGPUs()
  }

  /// The place of a job in the ledger, and who gets it.
  private mutating func nextMatch() -> (Int, WorkerID)? {
    for need in ledger.readyNeeds() {
      guard let worker = nextFree(gpus: isWaitedFor(gpus: need) ? need : 0),
        let place = ledger.nextReady(needing: need)
      else { continue }
      return (place, worker)
    }
    return nil
  }

  /// Whether jobs that need so many GPUs are only for workers that have them. Where nobody has and
  /// nobody is waited for, anybody gets them, and says what is missing.
  private func isWaitedFor(gpus need: Int) -> Bool {
    need == 0 || settings.waitsForGPU || isThere(gpus: need)
  }

  private func isThere(gpus need: Int) -> Bool {
    sessions.values.contains { $0.description.gpus >= need }
  }

  /// Says once that jobs wait for GPUs which no worker has.
  private mutating func reportMissingGPUs() {
    guard settings.waitsForGPU, !sessions.isEmpty else { return }
    for need in ledger.readyNeeds() where need > 0 && !reportedShortages.contains(need) {
      guard !isThere(gpus: need) else { continue }
      reportedShortages.insert(need)
      notify(.missingGPUs(need))
    }
  }

  /// Remembers that the worker may have room.
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

  // MARK: the fence

  /// Whether this worker's answers about this attempt count.
  func isCurrent(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    if isAudit(attempt, of: worker) { return true }
    guard let place = ledger.place(of: attempt.job) else { return false }
    return ledger.jobs[place].lastAttempt == attempt.number
      && ledger.jobs[place].holder == worker
  }

  /// Lets messages about current attempts pass; answers others so that the worker forgets them.
  ///
  /// A late `finished` is fenced off even while the job is undone: one rule, and the attempt that
  /// replaced it gives the same bits.
  mutating func admit(
    _ attempt: Attempt, from worker: WorkerID, otherwise answer: CoordinatorMessage?,
    isNotified: Bool = true
  ) -> Bool {
    if isCurrent(attempt, of: worker) { return true }
    if let lie = impossibility(of: attempt, at: worker) {
      notify(.refused(worker, reason: lie))
    } else if isNotified {
      notify(.superseded(attempt, from: worker))
    }
    if let answer { send(answer, to: worker) }
    return false
  }

  /// Why this worker cannot ever have held this attempt; nil where it may have, once.
  private func impossibility(of attempt: Attempt, at worker: WorkerID) -> String? {
    let name = "attempt \(attempt.number) of job \(attempt.job.short)"
    guard let job = ledger.status(of: attempt.job) else {
      return "it speaks of job \(attempt.job.short), which is not part of the run"
    }
    guard attempt.number <= job.lastAttempt else { return "\(name) was never handed out" }
    guard attempt.number == job.lastAttempt, let holder = job.holder, holder != worker else {
      return nil
    }
    return "\(name) is not its own but \(holder)'s"
  }

  // MARK: reports

  mutating func report(_ attempt: Attempt, _ progress: JobProgress, from worker: WorkerID) {
    guard admit(attempt, from: worker, otherwise: .revoke(attempt), isNotified: false),
      audits.open[attempt] == nil
    else { return }
    ledger.note(progress, of: attempt.job)
    notify(.progress(attempt, progress))
  }

  /// Records a checkpoint unless it is known or older than the one at hand.
  mutating func keep(_ checkpoint: Checkpoint, of attempt: Attempt, from worker: WorkerID) {
    guard admit(attempt, from: worker, otherwise: .revoke(attempt)) else { return }
    guard audits.open[attempt] == nil else {
      // Nothing continues from here: an audit that is lost begins anew.
      return outbox.messages.append(.removeUnreferenced(checkpoint.blob))
    }
    if let known = ledger.status(of: attempt.job)?.checkpoint, known.step >= checkpoint.step {
      return
    }
    commit(.checkpointed(attempt, checkpoint))
  }

  // MARK: ends

  mutating func finish(_ attempt: Attempt, _ result: JobResult, by worker: WorkerID) {
    if ledger.place(of: attempt.job).flatMap({ ledger.jobs[$0].completion?.attempt }) == attempt {
      return send(.acknowledged(attempt), to: worker)
    }
    guard admit(attempt, from: worker, otherwise: .acknowledged(attempt)) else {
      return compareLate(attempt, result, by: worker)
    }
    if audits.open[attempt] != nil { return finishAudit(attempt, result, by: worker) }
    if let lack = missingOutput(of: attempt.job, in: result) {
      return fail(attempt, JobFailure(message: lack, isTransient: true), by: worker)
    }
    forget(attempt, of: worker)
    commit(.completed(attempt, by: worker, result))
    send(.acknowledged(attempt), to: worker)
    notify(.completed(attempt, result))
    settleLateResults(of: attempt.job)
    considerAudit(of: attempt.job)
  }

  /// What a job of this kind must leave and this result has not.
  private func missingOutput(of id: JobID, in result: JobResult) -> String? {
    guard let job = ledger.place(of: id).map({ ledger.jobs[$0].planned.job }) else { return nil }
    let roles = Set(result.outputs.map(\.role))
    if job.kind == .train {
      return roles.contains(.weights) ? nil : "the training finished without leaving weights"
    }
    let missing = job.inputs.indices.first { !roles.contains(.mask(case: $0)) }
    return missing.map { "the job finished without a mask of its case \($0)" }
  }

  mutating func fail(_ attempt: Attempt, _ failure: JobFailure, by worker: WorkerID) {
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

  /// Takes in that an attempt ended undone. Where nothing more becomes of its job, nothing becomes of
  /// what waits for it; and where nothing becomes of what its job waits for, nothing of its job.
  mutating func commitEnd(_ event: JournalEvent) {
    commit(event)
    guard let job = ledger.status(of: event.job) else { return }
    switch job.state {
    case .discarded: discardDependents(of: event.job)
    case .waiting: discardIfBlocked(job.planned)
    case .notRequested, .ready, .running, .done: break
    }
  }

  /// Gives up a job and whatever waits for it.
  mutating func discard(_ id: JobID, reason: String) {
    commit(.discarded(id, reason: reason))
    discardDependents(of: id)
  }

  private mutating func discardDependents(of id: JobID) {
    for dependent in ledger.dependents(of: id) where dependent.state == .waiting {
      discard(dependent.planned.id, reason: Self.orphanReason)
    }
  }

  /// The attempt is in the worker's hands no longer.
  mutating func forget(_ attempt: Attempt, of worker: WorkerID) {
    if !orphans.isEmpty { orphans[worker]?.remove(attempt) }
    sessions[worker]?.leases[attempt] = nil
    offer(worker)
  }
}
