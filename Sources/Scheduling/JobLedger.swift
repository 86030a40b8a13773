import Jobs

/// The jobs of a run as its journal tells them: the fold of the events.
///
/// Whoever wants to know what became of a job folds the journal once and asks the ledger; a coordinator
/// that continues the run is made from it, `CoordinatorState.init(resuming:settings:)`.
public struct JobLedger: Sendable {
  /// All jobs, those of earlier runs in the same journal too, in the order in which they were
  /// submitted.
  public private(set) var jobs: [JobStatus] = []
  /// How many of the requested jobs are in which state: all zero until a coordinator has been told
  /// which jobs are wanted.
  public private(set) var counts = JobCounts()
  /// The sums from which the time left is estimated, of the requested jobs.
  public private(set) var workload = Workload()
  private var places: [JobID: Int] = [:]
  private var dependents: [JobID: [Int]] = [:]
  private var queue = ReadyQueue()
  private var asked = 0

  /// The number of events that have been folded.
  public private(set) var eventCount = 0

  /// The ledger of a run in which nothing has happened.
  public init() {}

  /// The ledger of a run whose journal holds `events`, in this order.
  public init(folding events: some Sequence<JournalEvent>) {
    for event in events { fold(event) }
  }

  // MARK: queries

  /// The status of one job; nil where the journal does not know it.
  public func status(of id: JobID) -> JobStatus? { places[id].map { jobs[$0] } }

  /// How the job was done; nil while it is not.
  public func completion(of id: JobID) -> Completion? {
    places[id].flatMap { jobs[$0].completion }
  }

  /// Whether the job is done.
  public func isDone(_ id: JobID) -> Bool { completion(of: id) != nil }

  /// The jobs that were discarded, with their reasons.
  public var discarded: [JobStatus] { jobs.filter { $0.state == .discarded } }

  /// Where in `jobs` a job is: who asks for one thing only need not have all copied.
  func place(of id: JobID) -> Int? { places[id] }

  /// The jobs that depend on this one.
  func dependents(of id: JobID) -> [JobStatus] { (dependents[id] ?? []).map { jobs[$0] } }

  // MARK: the fold

  /// Takes a fact in. Facts about unknown jobs are none of this experiment's and change nothing.
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
        // An attempt that failed before its first own checkpoint casts doubt on the one that it
        // started from: damaged, perhaps. The next begins anew; its bits are the same.
        if job.checkpoint == job.startedFrom { job.checkpoint = nil }
      }
    case .lost(let attempt, let worker, _):
      close(attempt.job, as: .ready) { job in
        // One that got further before its worker went away is not what drives workers away.
        job.losses = job.checkpoint == job.startedFrom ? job.losses + 1 : 1
        job.formerHolders[attempt.number] = worker
      }
    case .released(let attempt, let worker):
      close(attempt.job, as: .ready) { $0.formerHolders[attempt.number] = worker }
    case .discarded(let id, let reason):
      close(id, as: .discarded) { job in
        job.reason = reason
        // Whatever comes of it later begins anew.
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

  /// Takes in how far an open attempt is; not a fact of the journal.
  mutating func note(_ progress: JobProgress, of id: JobID) {
    change(id) { $0.progress = progress }
  }

  /// So many jobs more are about to be submitted.
  mutating func expect(_ count: Int) {
    jobs.reserveCapacity(jobs.count + count)
    places.reserveCapacity(places.count + count)
  }

  private mutating func add(_ planned: PlannedJob) {
    guard places[planned.id] == nil else { return }
    places[planned.id] = jobs.count
    for dependency in planned.dependencies {
      dependents[dependency, default: []].append(jobs.count)
    }
    jobs.append(JobStatus(planned: planned))
  }

  private mutating func open(_ attempt: Attempt, by worker: WorkerID) {
    guard let place = places[attempt.job] else { return }
    jobs[place].lastAttempt = attempt.number
    jobs[place].holder = worker
    jobs[place].startedFrom = jobs[place].checkpoint
    move(place, to: .running)
  }

  private mutating func close(
    _ id: JobID, as state: JobState, _ update: (inout JobStatus) -> Void
  ) {
    guard let place = places[id] else { return }
    update(&jobs[place])
    jobs[place].holder = nil
    jobs[place].progress = nil
    guard state == .ready else { return move(place, to: state) }
    if jobs[place].isCancelled { jobs[place].reason = JobStatus.cancellation }
    move(place, to: jobs[place].isCancelled ? .discarded : queueing(place))
  }

  /// Where a job queues that is to be done: what it depends on may have been lost while it ran.
  private func queueing(_ place: Int) -> JobState {
    let isFree = jobs[place].planned.dependencies.allSatisfy { status(of: $0)?.state == .done }
    return isFree ? .ready : .waiting
  }

  private mutating func cancel(_ id: JobID) {
    change(id) { $0.isCancelled = true }
    // An open attempt ends by itself, and may still be done before it hears of this.
    if let job = status(of: id), job.holder == nil, !job.isSettled {
      close(id, as: .ready) { _ in }
    }
  }

  private mutating func requeue(_ id: JobID) {
    guard let place = places[id] else { return }
    let job = jobs[place]
    jobs[place].forgetOutcome()
    guard job.isSettled else { return }
    if job.rank != .max { workload.remainingCost += job.planned.cost }
    move(place, to: queueing(place))
    for dependent in dependents[id] ?? [] where jobs[dependent].state == .ready {
      move(dependent, to: .waiting)
    }
  }

  private mutating func releaseDependents(of id: JobID) {
    for place in dependents[id] ?? [] where jobs[place].state == .waiting {
      move(place, to: .ready)
    }
  }

  // MARK: what is asked for, and in which order

  /// The experiment wants this known job, after those that it already wanted.
  mutating func ask(for id: JobID) {
    guard let place = places[id], jobs[place].rank == .max else { return }
    jobs[place].rank = asked
    asked += 1
    let job = jobs[place]
    if job.isSettled || job.holder != nil {
      enlist(place, as: job.isSettled ? job.state : .running)
    } else {
      enlist(place, as: queueing(place))
    }
  }

  /// How many GPUs the ready jobs need, the most first.
  mutating func readyNeeds() -> [Int] {
    queue.needs { jobs[$0].state == .ready }
  }

  /// The place in `jobs` of the next one to hand out of those that need so many GPUs, in plan order;
  /// jobs that were handed out before come first.
  mutating func nextReady(needing gpus: Int) -> Int? {
    queue.popFirst(needing: gpus) { jobs[$0].state == .ready }
  }

  private mutating func change(_ id: JobID, _ update: (inout JobStatus) -> Void) {
    if let place = places[id] { update(&jobs[place]) }
  }

  /// A wanted job moves; one that is not asked for only remembers that it is settled.
  private mutating func move(_ place: Int, to state: JobState) {
    if jobs[place].rank == .max {
      jobs[place].state = state == .done || state == .discarded ? state : .notRequested
    } else {
      counts.add(-1, to: jobs[place].state)
      weigh(jobs[place], becoming: state)
      enter(place, state)
    }
  }

  private mutating func enlist(_ place: Int, as state: JobState) {
    let isSettled = state == .done || state == .discarded
    if !isSettled { workload.remainingCost += jobs[place].planned.cost }
    enter(place, state)
  }

  private mutating func enter(_ place: Int, _ state: JobState) {
    counts.add(1, to: state)
    jobs[place].state = state
    if state == .ready { queue.append(jobs[place], at: place) }
  }

  private mutating func weigh(_ job: JobStatus, becoming state: JobState) {
    guard !job.isSettled, state == .done || state == .discarded else { return }
    workload.remainingCost -= job.planned.cost
    guard state == .done, let result = job.completion?.result else { return }
    workload.finishedCost += job.planned.cost
    workload.finishedSeconds += result.seconds
  }
}
