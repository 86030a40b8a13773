import Jobs

/// Queries for the caller, which change nothing.
extension CoordinatorState {
  /// The numbers of requested jobs in each state.
  public var counts: JobCounts { ledger.counts }

  /// The sums from which the time left is estimated.
  public var workload: TotalCost { ledger.workload }

  /// All jobs in the order in which they were submitted, including those of earlier runs.
  public var jobs: [JobStatus] { ledger.jobs }

  /// Returns the status of one job, or nil if it is unknown.
  public func status(of id: JobID) -> JobStatus? { ledger.status(of: id) }

  /// True after the coordinator has ended.
  public var isConcluded: Bool { phase == .concluded }

  /// The workers that have joined, in the order of joining.
  public var workers: [WorkerStatus] {
    sessions.sorted { $0.value.number < $1.value.number }.map { id, session in
      WorkerStatus(id: id, description: session.description, leases: session.leases.count)
    }
  }

  /// The attempts that workers hold, by worker in the order of joining, then by label.
  public var running: [RunningAttempt] {
    let attempts = sessions.sorted { $0.value.number < $1.value.number }.flatMap { id, session in
      session.leases.keys.compactMap { attempt in
        ledger.status(of: attempt.job).map {
          RunningAttempt(
            attempt: attempt, label: $0.planned.label, worker: id, progress: $0.progress)
        }
      }.sorted { $0.label < $1.label }
    }
    return attempts
  }

  /// The jobs that were discarded, with their reasons.
  public var discarded: [JobStatus] { ledger.jobs.filter { $0.state == .discarded } }
}
