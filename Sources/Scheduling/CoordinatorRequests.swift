import Jobs

/// What a user may ask of a running coordinator.
public enum ControlRequest: Hashable, Sendable, Codable {
  /// These jobs are wanted no longer, nor is what waits for them: checkpoint, then stop.
  case cancel([JobID])
  /// As `cancel`, for every job that is not settled.
  case cancelAll
  /// These jobs, which were discarded, go back to the queue.
  case retry([JobID])
  /// As `retry`, for every job that was discarded.
  case retryAll
  /// This worker is to hand over a checkpoint and leave.
  case drain(WorkerID)
  /// Hand out nothing more; end when what runs has finished or was given back.
  case close
}

/// The user's wishes. What must outlive a restart, a cancelled or retried job, becomes a fact;
/// who is to leave, and that nothing more is handed out, is wanted of this process alone.
extension CoordinatorState {
  mutating func serve(_ request: ControlRequest) {
    switch request {
    case .cancel(let ids): for id in ids { cancel(id) }
    case .cancelAll:
      for job in ledger.jobs where JobState.unsettled.contains(job.state) {
        cancel(job.planned.id)
      }
    case .retry(let ids): retry(ids)
    case .retryAll: retry(ledger.jobs.filter(\.isRetryable).map(\.planned.id))
    case .drain(let worker): drain(worker)
    case .close: close()
    }
  }

  private mutating func cancel(_ id: JobID) {
    guard let job = ledger.status(of: id), JobState.unsettled.contains(job.state) else {
      return decline("job \(id.short) is not under way and cannot be cancelled", unless: id)
    }
    if !job.isCancelled { commit(.cancelled(id)) }
    if let attempt = job.openAttempt, let worker = job.holder {
      send(.stop(attempt), to: worker)
    }
    notify(.cancelled(id, isStopping: job.openAttempt != nil))
    for dependent in ledger.dependents(of: id) where dependent.state == .waiting {
      cancel(dependent.planned.id)
    }
  }

  /// A job that went with the one it depends on may be named as well.
  private mutating func decline(_ reason: String, unless id: JobID) {
    if ledger.status(of: id)?.isCancelled != true { notify(.declined(reason: reason)) }
  }

  private mutating func retry(_ ids: [JobID]) {
    guard phase == .working || phase == .draining else {
      return notify(.declined(reason: "the coordinator is about to end: retry when it has"))
    }
    var retried: Set<JobID> = []
    for id in ids { retry(id, &retried) }
  }

  /// Retries a job, and what it waits for before it, unless the same request has retried it already.
  ///
  /// One that was cancelled and still runs is only wanted again: it stops as it was told to, and is
  /// then handed out anew.
  private mutating func retry(_ id: JobID, _ retried: inout Set<JobID>) {
    guard !retried.contains(id) else { return }
    guard let job = ledger.status(of: id), job.isRetryable else { return declineRetry(id) }
    for dependency in job.planned.dependencies
    where ledger.status(of: dependency)?.isRetryable == true {
      retry(dependency, &retried)
    }
    retried.insert(id)
    commit(.requeued(id, reason: Self.retryReason))
    notify(.requeued(id))
  }

  /// A job that is in the queue has what was wanted for it.
  private mutating func declineRetry(_ id: JobID) {
    switch ledger.status(of: id)?.state {
    case .ready, .waiting: break
    case nil, .notRequested, .running, .done, .discarded:
      notify(.declined(reason: "job \(id.short) was not discarded"))
    }
  }

  /// Why a job that the user wants tried again is requeued.
  public static let retryReason = "the user wants it tried again"

  private mutating func drain(_ worker: WorkerID) {
    guard sessions[worker] != nil else {
      return notify(.declined(reason: "no worker \(worker) is here"))
    }
    dismiss(worker)
    notify(.draining(worker))
  }

  private mutating func close() {
    guard phase == .working || phase == .draining else {
      return notify(.declined(reason: "the coordinator is about to end"))
    }
    phase = .draining
    notify(.closing(running: ledger.counts.running))
  }
}

extension JobState {
  /// Something remains to be done about these, and was asked for.
  static let unsettled: Set<JobState> = [.waiting, .ready, .running]
}
