import Jobs

/// An attempt in a worker's hands.
public struct RunningAttempt: Hashable, Sendable {
  /// Which.
  public let attempt: Attempt
  /// What to call it before people.
  public let label: String
  /// Whose hands.
  public let worker: WorkerID
  /// How far it is; nil until it said so.
  public let progress: JobProgress?
}

/// A worker that is heard.
public struct WorkerStatus: Hashable, Sendable {
  /// Its name.
  public let id: WorkerID
  /// Who it is.
  public let description: WorkerDescription
  /// How many attempts it holds.
  public let leases: Int
}

/// What the shell may ask; nothing here changes anything.
extension CoordinatorState {
  /// How many of the experiment's jobs stand where.
  public var counts: JobCounts { ledger.counts }

  /// What an estimate of the time left is made from.
  public var workload: Workload { ledger.workload }

  /// All jobs, those of earlier runs too, in the order in which the journal met them.
  public var jobs: [JobStatus] { ledger.jobs }

  /// What is known of one job.
  public func status(of id: JobID) -> JobStatus? { ledger.status(of: id) }

  /// Whether it has ended.
  public var isConcluded: Bool { phase == .concluded }

  /// The workers that are heard, in the order in which they joined.
  public var workers: [WorkerStatus] {
    sessions.sorted { $0.value.number < $1.value.number }.map { id, session in
      WorkerStatus(id: id, description: session.description, leases: session.leases.count)
    }
  }

  /// The attempts in workers' hands, by worker, then by label.
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

  /// The jobs that were given up, with their reasons.
  public var discarded: [JobStatus] { ledger.jobs.filter { $0.state == .discarded } }
}
