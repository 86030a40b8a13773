import Jobs

/// The jobs of a run and what became of them: the fold of the journal's events.
///
/// Fold the journal once and ask the ledger what became of each job.
/// `CoordinatorState.init(resuming:settings:)` creates a coordinator that continues the run.
public struct JobLedger: Sendable {
  /// All jobs in the order in which they were submitted, including those of earlier runs in the
  /// same journal.
  public private(set) var jobs: [JobStatus] = []
  /// The numbers of requested jobs in each state. They are zero until `request` is called, which a
  /// coordinator does for each submitted job.
  public private(set) var counts = JobCounts()
  /// The sums over the requested jobs from which the time left is estimated.
  public private(set) var workload = TotalCost()
  private var indexByID: [JobID: Int] = [:]
  private var dependents: [JobID: [Int]] = [:]
  private var queue = ReadyQueue()
  private var requestedCount = 0

  /// The number of events that have been folded.
  public private(set) var eventCount = 0

  /// Creates the ledger of a run without events.
  public init() {}

  /// Creates the ledger of a run whose journal holds `events` in this order.
  public init(folding events: some Sequence<JournalEvent>) {
    for event in events { fold(event) }
  }

  // MARK: queries

  /// Returns the status of one job, or nil if the journal does not know it.
  public func status(of id: JobID) -> JobStatus? { indexByID[id].map { jobs[$0] } }

  /// Returns the attempt, worker and result by which a job was done, or nil if the job is not done.
  public func completion(of id: JobID) -> Completion? {
    indexByID[id].flatMap { jobs[$0].completion }
  }

  /// Returns true if the job is done.
  public func isDone(_ id: JobID) -> Bool { completion(of: id) != nil }

  /// The jobs that were discarded, with their reasons.
  public var discarded: [JobStatus] { jobs.filter { $0.state == .discarded } }

  /// Returns the job's index in `jobs`. Reading one property through the index avoids a copy of the
  /// status.
  func index(of id: JobID) -> Int? { indexByID[id] }

  /// Returns the jobs that depend on this one.
  func dependents(of id: JobID) -> [JobStatus] { (dependents[id] ?? []).map { jobs[$0] } }

  // MARK: the fold

  /// Applies an event. Events about unknown jobs change nothing.
  public mutating func fold(_ event: JournalEvent) {
    eventCount += 1
    switch event {
    case .submitted(let planned): add(planned)
    case .leased(let attempt, let worker): open(attempt, by: worker)
    case .checkpointed(let attempt, let checkpoint):
      change(attempt.job) { $0.checkpoint = checkpoint }
    case .completed(let attempt, let worker, let result),
      .imported(let attempt, let worker, let result, _):
      close(attempt.job, as: .done) {
        $0.lastAttempt = max($0.lastAttempt, attempt.number)
        $0.completion = Completion(attempt: attempt, worker: worker, result: result)
      }
      releaseDependents(of: attempt.job)
    case .failed(let attempt, _, let failure):
      close(attempt.job, as: .ready) { job in
        job.failures += 1
        job.lastFailure = failure
        // If an attempt fails before its own first checkpoint, the checkpoint from which it started
        // may be damaged. The next attempt starts from the beginning and computes the same bits.
        if job.checkpoint == job.startedFrom { job.checkpoint = nil }
      }
    case .lost(let attempt, let worker, _):
      close(attempt.job, as: .ready) { job in
        // A job that got further before its worker was lost is probably not the cause of the loss.
        job.losses = job.checkpoint == job.startedFrom ? job.losses + 1 : 1
        job.formerHolders[attempt.number] = worker
      }
    case .released(let attempt, let worker):
      close(attempt.job, as: .ready) { $0.formerHolders[attempt.number] = worker }
    case .discarded(let id, let reason):
      close(id, as: .discarded) { job in
        job.reason = reason
        // If the job is ever retried it starts from the beginning.
        job.checkpoint = nil
      }
    case .cancelled(let id): cancel(id)
    case .requeued(let id, _): requeue(id)
    case .auditLeased(let attempt, _):
      change(attempt.job) { $0.lastAttempt = max($0.lastAttempt, attempt.number) }
    case .audited(let attempt, let worker, let result, let agrees):
      change(attempt.job) {
        $0.audits.append(
          Audit(attempt: attempt, worker: worker, result: result, agrees: agrees))
      }
    }
  }

  /// Notes the progress of an open attempt, which the journal does not record.
  mutating func note(_ progress: JobProgress, of id: JobID) {
    change(id) { $0.progress = progress }
  }

  /// Reserves memory for this number of further jobs.
  mutating func expect(_ count: Int) {
    jobs.reserveCapacity(jobs.count + count)
    indexByID.reserveCapacity(indexByID.count + count)
  }

  private mutating func add(_ planned: PlannedJob) {
    guard indexByID[planned.id] == nil else { return }
    indexByID[planned.id] = jobs.count
    for dependency in planned.dependencies {
      dependents[dependency, default: []].append(jobs.count)
    }
    jobs.append(JobStatus(planned: planned))
  }

  private mutating func open(_ attempt: Attempt, by worker: WorkerID) {
    guard let index = indexByID[attempt.job] else { return }
    jobs[index].lastAttempt = attempt.number
    jobs[index].holder = worker
    jobs[index].startedFrom = jobs[index].checkpoint
    move(index, to: .running)
  }

  private mutating func close(
    _ id: JobID, as state: JobState, by update: (inout JobStatus) -> Void
  ) {
    guard let index = indexByID[id] else { return }
    update(&jobs[index])
    jobs[index].holder = nil
    jobs[index].progress = nil
    guard state == .ready else { return move(index, to: state) }
    if jobs[index].isCancelled { jobs[index].reason = JobStatus.cancellation }
    move(index, to: jobs[index].isCancelled ? .discarded : queueing(index))
  }

  /// Returns the state in which a job enters the queue. It is `waiting` if a job on which it
  /// depends is not done, or is no longer done because its result was lost while this job ran.
  private func queueing(_ index: Int) -> JobState {
    let isFree = jobs[index].planned.dependencies.allSatisfy { status(of: $0)?.state == .done }
    return isFree ? .ready : .waiting
  }

  private mutating func cancel(_ id: JobID) {
    change(id) { $0.isCancelled = true }
    // An open attempt stays open until its worker reports its end, and may still finish before the
    // worker receives the order to stop.
    if let job = status(of: id), job.holder == nil, !job.isSettled {
      close(id, as: .ready) { _ in }
    }
  }

  private mutating func requeue(_ id: JobID) {
    guard let index = indexByID[id] else { return }
    let job = jobs[index]
    jobs[index].forgetOutcome()
    guard job.isSettled else { return }
    if job.rank != .max { workload.remainingCost += job.planned.cost }
    move(index, to: queueing(index))
    for dependent in dependents[id] ?? [] where jobs[dependent].state == .ready {
      move(dependent, to: .waiting)
    }
  }

  private mutating func releaseDependents(of id: JobID) {
    for index in dependents[id] ?? [] where jobs[index].state == .waiting {
      move(index, to: .ready)
    }
  }

  // MARK: requests and the queue

  /// Requests a known job. It is queued after the jobs that were requested before.
  mutating func request(_ id: JobID) {
    guard let index = indexByID[id], jobs[index].rank == .max else { return }
    jobs[index].rank = requestedCount
    requestedCount += 1
    let job = jobs[index]
    if job.isSettled || job.holder != nil {
      enlist(index, as: job.isSettled ? job.state : .running)
    } else {
      enlist(index, as: queueing(index))
    }
  }

  /// Returns the different numbers of GPUs that ready jobs require, largest first.
  mutating func readyNeeds() -> [Int] {
    queue.needs { jobs[$0].state == .ready }
  }

  /// Removes the next ready job that requires this number of GPUs from the queue and returns its
  /// index in `jobs`. Jobs that were leased before come first; otherwise the order of requests
  /// decides.
  mutating func nextReady(needing gpus: Int) -> Int? {
    queue.popFirst(needing: gpus) { jobs[$0].state == .ready }
  }

  private mutating func change(_ id: JobID, by update: (inout JobStatus) -> Void) {
    if let index = indexByID[id] { update(&jobs[index]) }
  }

  /// Moves a requested job to a state. The state of a job that was not requested is `notRequested`,
  /// unless the job is settled.
  private mutating func move(_ index: Int, to state: JobState) {
    if jobs[index].rank == .max {
      jobs[index].state = state == .done || state == .discarded ? state : .notRequested
    } else {
      counts.add(-1, to: jobs[index].state)
      weigh(jobs[index], becoming: state)
      enter(index, as: state)
    }
  }

  private mutating func enlist(_ index: Int, as state: JobState) {
    let isSettled = state == .done || state == .discarded
    if !isSettled { workload.remainingCost += jobs[index].planned.cost }
    enter(index, as: state)
  }

  private mutating func enter(_ index: Int, as state: JobState) {
    counts.add(1, to: state)
    jobs[index].state = state
    if state == .ready { queue.append(jobs[index], at: index) }
  }

  private mutating func weigh(_ job: JobStatus, becoming state: JobState) {
    guard !job.isSettled, state == .done || state == .discarded else { return }
    workload.remainingCost -= job.planned.cost
    guard state == .done, let result = job.completion?.result else { return }
    workload.finishedCost += job.planned.cost
    workload.finishedSeconds += result.seconds
  }
}
