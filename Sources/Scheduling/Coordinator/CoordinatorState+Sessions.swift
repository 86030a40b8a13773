import HeapModule
import Jobs

/// Handles the sessions of workers: joining, joining again, silence and leaving.
extension CoordinatorState {
  /// Handles a worker that joins, perhaps again, and reconciles the lists of attempts of both
  /// sides.
  mutating func join(
    _ worker: WorkerID, describedBy description: WorkerDescription, holding: [HeldAttempt]
  ) {
    guard description.credit >= 1 else {
      notify(.refused(worker, reason: "it asks for a credit of \(description.credit)"))
      return send(.refused("a worker's credit must be at least 1"), to: worker)
    }
    if needsPortableNumbers, description.numericMode != .portable {
      notify(.refused(worker, reason: "its numbers are not portable"))
      return send(.refused(Self.portableReason), to: worker)
    }
    greet(worker, describedBy: description)
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

  private mutating func greet(_ worker: WorkerID, describedBy description: WorkerDescription) {
    if sessions[worker] == nil {
      joined += 1
      sessions[worker] = Session(description: description, number: joined, lastHeard: now)
      watch(worker, until: now + min(settings.probeAfter, settings.terms.lease))
      notify(.joined(worker, description))
      compareNumerics(of: worker, describedBy: description)
    }
    sessions[worker]?.description = description
    hosts[worker] = description.host
    reportedShortages = reportedShortages.filter { $0 > description.gpus }
    hear(worker)
    send(.welcome(settings.terms), to: worker)
  }

  /// Notifies the user if a worker's fingerprint differs from that of the worker that joined first.
  private mutating func compareNumerics(
    of worker: WorkerID, describedBy description: WorkerDescription
  ) {
    guard let first = sessions.min(by: { $0.value.number < $1.value.number }) else { return }
    let one = first.value.description.fingerprint
    let other = description.fingerprint
    let differences = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
    guard !differences.isEmpty else { return }
    notify(.numericsDiffer(worker, from: first.key, in: differences))
  }

  /// Returns the attempts that the worker should hold and does not, because their leases never
  /// arrived. A lease that was sent less than half a lease time ago is left out, because it may
  /// still be under way.
  private func unclaimed(by worker: WorkerID, holding held: Set<Attempt>) -> [Attempt] {
    let deliveryTime = settings.terms.lease / 2
    let leased = (sessions[worker]?.leases ?? [:]).filter { $0.value + deliveryTime <= now }.keys
    return (Array(leased) + Array(detached[worker] ?? []))
      .filter { !held.contains($0) }.sorted { $0.job < $1.job }
  }

  private mutating func withdraw(_ attempt: Attempt, from worker: WorkerID) {
    forget(attempt, of: worker)
    if !dropAudit(attempt) { commitEnd(.released(attempt, by: worker)) }
    send(.revoke(attempt), to: worker)
  }

  /// Keeps an attempt that is still current and revokes any other.
  private mutating func reconcile(_ held: HeldAttempt, with worker: WorkerID) {
    let attempt = held.attempt
    if isCurrent(attempt, of: worker) {
      detached[worker]?.remove(attempt)
      if sessions[worker]?.leases[attempt] == nil { sessions[worker]?.leases[attempt] = now }
      if ledger.status(of: attempt.job)?.isCancelled == true { send(.stop(attempt), to: worker) }
    } else if ledger.status(of: attempt.job)?.completion?.attempt == attempt {
      send(.acknowledged(attempt), to: worker)
    } else {
      notify(.superseded(attempt, from: worker))
      send(.revoke(attempt), to: worker)
    }
  }

  /// Ends the session of a worker that leaves by itself, and releases its attempts.
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

  /// Handles a worker whose connection is gone. The worker is lost unless it connects again within
  /// `reconnectGrace`.
  mutating func suspect(_ worker: WorkerID) {
    guard let session = sessions[worker], !session.isUnreachable else { return }
    sessions[worker]?.isUnreachable = true
    watch(worker, until: session.lastHeard + settings.reconnectGrace)
    expire()
  }

  /// Handles a worker whose process has died. Messages that it sent before may still be under way, so
  /// it is lost after `reconnectGrace`, like a worker whose connection is gone.
  mutating func noteDeath(of worker: WorkerID, reason: String) {
    sessions[worker]?.death = reason
    suspect(worker)
  }

  /// Ends the session of a worker that is gone. Its attempts are recorded as lost, which does not
  /// count as a failure of their jobs.
  private mutating func lose(_ worker: WorkerID, reason: String) {
    guard let session = sessions.removeValue(forKey: worker) else { return }
    notify(.lost(worker, reason: reason))
    for attempt in session.leases.keys.sorted(by: { $0.job < $1.job })
    where !dropAudit(attempt) {
      commitEnd(.lost(attempt, by: worker, reason: reason))
      discardIfDeadly(attempt.job, last: reason, isDeath: session.death != nil)
    }
  }

  /// Discards a job that is the likely cause of the loss of its last workers.
  private mutating func discardIfDeadly(_ id: JobID, last reason: String, isDeath: Bool) {
    guard let job = ledger.status(of: id), !job.isSettled,
      job.losses >= settings.maximumLosses || isDeath && job.losses >= settings.maximumDeaths
    else { return }
    let advice = isDeath ? "" : "; it may need more memory than their machines have"
    let text =
      "\(job.losses) workers in a row went away while they ran it, and it got no further "
      + "(the last: \(reason))\(advice)"
    discard(id, reason: text)
  }

  // MARK: time

  mutating func expire() {
    while let deadline = deadlines.min, deadline.instant <= now {
      deadlines.removeMin()
      guard let session = sessions[deadline.worker], session.number == deadline.number,
        session.nextCheck == deadline.instant
      else { continue }
      checkSilence(of: deadline.worker, in: session)
    }
    if let detachedUntil, detachedUntil <= now { releaseDetached() }
  }

  /// Ends the session of a worker that has been silent for too long, and probes a worker that has
  /// been silent for `probeAfter`.
  private mutating func checkSilence(of worker: WorkerID, in session: Session) {
    let silenceTimeout = session.isGone ? settings.reconnectGrace : settings.terms.lease
    let probe = session.lastHeard + settings.probeAfter
    let end = session.lastHeard + silenceTimeout
    if end <= now {
      let silence = "silent for \(silenceTimeout.text)"
      let reason = session.isUnreachable ? "disconnected and \(silence)" : silence
      lose(worker, reason: session.death ?? reason)
    } else if session.wasProbed || session.isGone {
      watch(worker, until: end)
    } else if probe <= now {
      sessions[worker]?.wasProbed = true
      notify(.silent(worker, for: now - session.lastHeard))
      send(.welcome(settings.terms), to: worker)
      watch(worker, until: end)
    } else {
      watch(worker, until: min(probe, end))
    }
  }

  /// Sets the instant at which the worker's silence is checked next, in place of the instant that
  /// was set before.
  private mutating func watch(_ worker: WorkerID, until end: Instant) {
    guard let session = sessions[worker] else { return }
    sessions[worker]?.nextCheck = end
    deadlines.insert(Deadline(instant: end, number: session.number, worker: worker))
  }

  /// Releases the attempts whose workers did not come back after a restart. They do not count as
  /// lost, because it was the coordinator that stopped, not the workers.
  private mutating func releaseDetached() {
    for (worker, attempts) in detached.sorted(by: { $0.key < $1.key }) {
      for attempt in attempts.sorted(by: { $0.job < $1.job }) {
        commitEnd(.released(attempt, by: worker))
      }
    }
    detached = [:]
  }
}
