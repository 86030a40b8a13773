import Jobs

/// The numbers of requested jobs in each state.
public struct JobCounts: Hashable, Sendable {
  /// The number of jobs that wait for another job.
  public internal(set) var waiting = 0
  /// The number of jobs that wait for a worker.
  public internal(set) var ready = 0
  /// The number of jobs with an open attempt.
  public internal(set) var running = 0
  /// The number of jobs that are done.
  public internal(set) var done = 0
  /// The number of discarded jobs.
  public internal(set) var discarded = 0

  /// The number of all requested jobs.
  public var total: Int { waiting + ready + running + done + discarded }
  /// The number of jobs that are neither done nor discarded.
  public var unsettled: Int { waiting + ready + running }

  mutating func add(_ amount: Int, to state: JobState) {
    switch state {
    case .notRequested: break
    case .waiting: waiting += amount
    case .ready: ready += amount
    case .running: running += amount
    case .done: done += amount
    case .discarded: discarded += amount
    }
  }
}

/// The sums from which the time left is estimated.
public struct TotalCost: Hashable, Sendable {
  /// The expected cost, in seconds on one core, of the jobs that are not settled.
  public internal(set) var remainingCost = 0.0
  /// The expected cost of the jobs that were done in this coordinator's life.
  public internal(set) var finishedCost = 0.0
  /// The measured time in seconds of the jobs in `finishedCost`.
  public internal(set) var finishedSeconds = 0.0
}
