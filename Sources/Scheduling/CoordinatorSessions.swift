import Jobs

/// Workers come, come back, fall silent and leave.
extension CoordinatorState {
  /// A worker joins, or says again what it holds: both sides' lists are made equal.
  mutating func join(
    _ worker: WorkerID, _ description: WorkerDescription, holding: [HeldAttempt]
  ) {
    guard description.credit >= 1 else {
      notify(.refused(worker, reason: "it asks for a credit of \(description.credit)"))
      return send(.refused("a worker's credit must be at least 1"), to: worker)
    }
    if needsPortableNumbers, description.numericMode != .portable {
      notify(.refused(worker, reason: "its numbers are not portable"))
      return send(.refused(Self.portableReason), to: worker)
    }
    greet(worker, description)
    let held = Set(holding.map(\.attempt))
    for attempt in unclaimed(by: worker, holding: held) { withdraw(attempt, from: worker) }
    for entry in holding { reconcile(entry, with: worker) }
    switch phase {
    case .working: offer(worker)
    case .draining: break
    case .finishing, .interrupted, .concluded: dismiss(worker)
    }
  }

  private static let portableReason =
    "the experiment asks for portable numerics: start the worker with --numerics portable"

  private mutating func greet(_ worker: WorkerID, _ description: WorkerDescription) {
    if sessions[worker] == nil {
      joined += 1
      sessions[worker] = Session(description: description, number: joined, lastHeard: now)
      watch(worker, until: now + min(settings.probeAfter, settings.terms.lease))
      notify(.joined(worker, description))
      compare(worker, description)
    }
    sessions[worker]?.description = description
    hosts[worker] = description.host
    reportedShortages = reportedShortages.filter { $0 > description.gpus }
    hear(worker)
    send(.welcome(settings.terms), to: worker)
  }

  /// Says where a worker's bits are other ones than those of the worker that has been here longest.
  private mutating func compare(_ worker: WorkerID, _ description: WorkerDescription) {
    guard let first = sessions.min(by: { $0.value.number < $1.value.number }) else { return }
    let (one, other) = (first.value.description.fingerprint, description.fingerprint)
    let differences = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
    guard !differences.isEmpty else { return }
    notify(.numericsDiffer(worker, from: first.key, in: differences))
  }

  /// Attempts that the worker should have and does not: their leases never arrived. A lease that
  /// has only just been sent may have crossed the worker's message and is given time.
  private func unclaimed(by worker: WorkerID, holding held: Set<Attempt>) -> [Attempt] {
    let silenceTimeout = settings.terms.lease / 2
    let leased = (sessions[worker]?.leases ?? [:]).filter { $0.value + silenceTimeout <= now }.keys
    return (Array(leased) + Array(orphans[worker] ?? []))
      .filter { !held.contains($0) }.sorted { $0.job < $1.job }
  }

  private mutating func withdraw(_ attempt: Attempt, from worker: WorkerID) {
    forget(attempt, of: worker)
    if !dropAudit(attempt) { commitEnd(.released(attempt, by: worker)) }
    send(.revoke(attempt), to: worker)
  }

  /// Keeps an attempt that is still current, has the worker forget any other.
  private mutating func reconcile(_ held: HeldAttempt, with worker: WorkerID) {
    let attempt = held.attempt
    if isCurrent(attempt, of: worker) {
      orphans[worker]?.remove(attempt)
      if sessions[worker]?.leases[attempt] == nil { sessions[worker]?.leases[attempt] = now }
      if ledger.status(of: attempt.job)?.isCancelled == true { send(.stop(attempt), to: worker) }
    } else if ledger.status(of: attempt.job)?.completion?.attempt == attempt {
      send(.acknowledged(attempt), to: worker)
    } else {
      notify(.superseded(attempt, from: worker))
      send(.revoke(attempt), to: worker)
    }
  }

  /// The worker goes of its own accord.
  mutating func leave(_ worker: WorkerID) {
    guard let session = sessions.removeValue(forKey: worker) else { return }
    for attempt in session.leases.keys.sorted(by: { $0.job < $1.job })
    where !dropAudit(attempt) {
      commitEnd(.released(attempt, by: worker))
    }
    notify(.left(worker))
  }

  mutating func hear(_ worker: WorkerID) {
    if sessions[worker]?.hear(at: now) == true {
      watch(worker, until: now + min(settings.probeAfter, settings.terms.lease))
    }
  }

  /// Its connection is gone: if it does not make another at once, it is gone itself.
  mutating func suspect(_ worker: WorkerID) {
    guard let session = sessions[worker], !session.isUnreachable else { return }
    sessions[worker]?.isUnreachable = true
    watch(worker, until: session.lastHeard + settings.reconnectGrace)
    expire()
  }

  /// The worker is gone, and its attempts with it: not their failure.
  private mutating func lose(_ worker: WorkerID, reason: String) {
    guard let session = sessions.removeValue(forKey: worker) else { return }
    notify(.lost(worker, reason: reason))
    for attempt in session.leases.keys.sorted(by: { $0.job < $1.job })
    where !dropAudit(attempt) {
      commitEnd(.lost(attempt, by: worker, reason: reason))
      if let losses = ledger.status(of: attempt.job)?.losses, losses >= settings.maximumLosses {
        discard(attempt.job, reason: Self.culprit(losses))
      }
    }
  }

  private static func culprit(_ losses: Int) -> String {
    "\(losses) workers in a row went away while they ran it, and it got no further"
  }

  // MARK: time

  mutating func expire() {
    while let deadline = deadlines.first, deadline.instant <= now {
      _ = deadlines.pop()
      guard let session = sessions[deadline.worker], session.number == deadline.number,
        session.nextLook == deadline.instant
      else { continue }
      judge(deadline.worker, session)
    }
    if let orphansUntil, orphansUntil <= now { releaseOrphans() }
  }

  /// Loses a worker that has been silent for too long, asks one that begins to be.
  private mutating func judge(_ worker: WorkerID, _ session: Session) {
    let silenceTimeout = session.isUnreachable ? settings.reconnectGrace : settings.terms.lease
    let (question, end) = (
      session.lastHeard + settings.probeAfter, session.lastHeard + silenceTimeout
    )
    if end <= now {
      let silence = "silent for \(silenceTimeout.text)"
      lose(worker, reason: session.isUnreachable ? "disconnected and \(silence)" : silence)
    } else if session.wasProbed || session.isUnreachable {
      watch(worker, until: end)
    } else if question <= now {
      sessions[worker]?.wasProbed = true
      notify(.silent(worker, for: now - session.lastHeard))
      send(.welcome(settings.terms), to: worker)
      watch(worker, until: end)
    } else {
      watch(worker, until: min(question, end))
    }
  }

  /// Looks at that time, and no longer at the one that was set before, whether it was heard.
  private mutating func watch(_ worker: WorkerID, until end: Instant) {
    guard let session = sessions[worker] else { return }
    sessions[worker]?.nextLook = end
    deadlines.push(Deadline(instant: end, number: session.number, worker: worker))
  }

  /// Attempts whose workers did not come back after a restart. Not counted as losses: it was the
  /// coordinator that went away.
  private mutating func releaseOrphans() {
    for (worker, attempts) in orphans.sorted(by: { $0.key < $1.key }) {
      for attempt in attempts.sorted(by: { $0.job < $1.job }) {
        commitEnd(.released(attempt, by: worker))
      }
    }
    orphans = [:]
  }
}
