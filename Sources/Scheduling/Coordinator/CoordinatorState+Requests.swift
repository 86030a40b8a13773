import Jobs

/// Carries out the user's requests to a running coordinator.
///
/// Cancelling and retrying a job must survive a restart, so they are recorded in the journal.
/// Draining a worker and closing the coordinator concern only the running process and are not
/// recorded.
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

  /// Declines a request, but not one about a job that is cancelled already: the same request may
  /// have cancelled it with the job on which it depends.
  private mutating func decline(_ reason: String, unless id: JobID) {
    if ledger.status(of: id)?.isCancelled != true { notify(.declined(reason: reason)) }
  }

  private mutating func retry(_ ids: [JobID]) {
    guard phase == .working || phase == .draining else {
      return notify(.declined(reason: "the coordinator is about to end: retry when it has"))
    }
    var retried: Set<JobID> = []
    for id in ids { retry(id, unlessIn: &retried) }
  }

  /// Retries the jobs on which a job depends, then the job, unless the same request has retried it
  /// already.
  ///
  /// A cancelled job that still runs only loses its mark as cancelled. Its attempt stops as the
  /// worker was told, and the job is then leased again.
  private mutating func retry(_ id: JobID, unlessIn retried: inout Set<JobID>) {
    guard !retried.contains(id) else { return }
    guard let job = ledger.status(of: id), job.isRetryable else { return declineRetry(id) }
    for dependency in job.planned.dependencies
    where ledger.status(of: dependency)?.isRetryable == true {
      retry(dependency, unlessIn: &retried)
    }
    retried.insert(id)
    commit(.requeued(id, reason: Self.retryReason))
    notify(.requeued(id))
  }

  /// Declines to retry a job that is not discarded, silently if it already waits in the queue.
  private mutating func declineRetry(_ id: JobID) {
    switch ledger.status(of: id)?.state {
    case .ready, .waiting: break
    case nil, .notRequested, .running, .done, .discarded:
      notify(.declined(reason: "job \(id.short) was not discarded"))
    }
  }

  /// The reason that the journal gives for a job that the user has retried.
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
  /// The states of requested jobs that are not settled.
  static let unsettled: Set<JobState> = [.waiting, .ready, .running]
}
