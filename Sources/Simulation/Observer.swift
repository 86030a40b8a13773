import Jobs
import Scheduling

/// Watches what a coordinator writes and says, and knows nothing of how it decides.
struct Observer {
  private(set) var jobs: [ObservedJob]
  private(set) var settled = 0
  var testimony: Testimony
  private var waitingRetries = 0
  private let scenario: Scenario

  init(_ scenario: Scenario) {
    self.scenario = scenario
    jobs = scenario.planned.map(ObservedJob.init)
    testimony = Testimony(scenario.settings)
  }

  // MARK: what is said

  /// The coordinator deals with this now.
  mutating func hears(_ stimulus: CoordinatorStimulus, at now: Instant) {
    var open: [Attempt] = []
    if case .received(.join, let worker) = stimulus {
      open = jobs.filter { $0.holder == worker }
        .map { Attempt(job: $0.planned.id, number: $0.lastNumber) }
    }
    testimony.hears(stimulus, at: now, open: open)
  }

  /// Whether this worker's answers about this attempt count.
  func isCurrent(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    scenario.places[attempt.job].map { jobs[$0].isCurrent(attempt, of: worker) } ?? false
  }

  /// Whether an attempt's end, as it is decided, has a cause.
  func checkCause(of directives: [CoordinatorDirective]) throws {
    for case .record(let facts) in directives {
      for fact in facts {
        let place = try place(of: fact.job)
        try require(
          testimony.justifies(fact),
          "an attempt at \(jobs[place].label) was \(fact.verb) without cause")
      }
    }
  }

  /// Whoever reports on an attempt that is not its own any more must be told so.
  func checkAnswer(
    to report: (attempt: Attempt, worker: WorkerID), _ answer: [CoordinatorDirective]
  ) throws {
    try require(
      answer.contains(.send(.revoke(report.attempt), to: report.worker))
        || answer.contains(.send(.rejoin, to: report.worker)),
      "\(report.worker) is not told that its attempt \(report.attempt.number) is over")
  }

  /// At the end: every job has one, and what was made is there.
  func checkOutcome(_ disk: SimulatedDisk) throws {
    for job in jobs {
      try require(job.isSettled, "\(job.label) was forgotten")
      try survived(job, disk)
    }
  }

  // MARK: facts

  /// A fact goes to the disk, whose blobs are these.
  mutating func record(_ event: JournalEvent, on disk: SimulatedDisk, at now: Instant) throws {
    let place = try place(of: event.job)
    try check(event, jobs[place], disk)
    fold(event, place, now)
  }

  /// A coordinator starts from what the journal holds after a crash.
  mutating func reread(_ disk: SimulatedDisk, at now: Instant) throws {
    for place in jobs.indices { jobs[place].forgetFacts() }
    (settled, waitingRetries) = (0, 0)
    for event in disk.journal { fold(event, try place(of: event.job), now) }
    testimony.coordinatorStarts(at: now)
    for job in jobs { try survived(job, disk) }
  }

  private mutating func fold(_ event: JournalEvent, _ place: Int, _ now: Instant) {
    let (wasSettled, wasRetry) = (jobs[place].isSettled, jobs[place].waitsForRetry)
    jobs[place].fold(event, at: now)
    if jobs[place].isSettled, !wasSettled { settled += 1 }
    let isRetry = jobs[place].waitsForRetry
    if isRetry != wasRetry { waitingRetries += isRetry ? 1 : -1 }
  }

  private func survived(_ job: ObservedJob, _ disk: SimulatedDisk) throws {
    try require(
      job.highestSent <= job.lastNumber,
      "attempt \(job.highestSent) at \(job.label) was sent out and is not in the journal")
    try require(
      !job.isAcknowledged || job.completion != nil,
      "the acknowledged result of \(job.label) is lost")
    if let checkpoint = job.checkpoint, !job.isSettled {
      try require(
        disk.holds(checkpoint.blob.digest),
        "the journal names a checkpoint of \(job.label) that is not on the disk")
    }
    if job.completion != nil { try checkResult(of: job, disk) }
  }

  private func checkResult(of job: ObservedJob, _ disk: SimulatedDisk) throws {
    guard let place = scenario.places[job.planned.id] else { return }
    for output in scenario.jobs[place].result.outputs {
      try require(
        disk.holds(output.blob.digest), "a result of \(job.label) is not on the disk")
    }
  }

  // MARK: whether it may

  private func check(
    _ event: JournalEvent, _ job: ObservedJob, _ disk: SimulatedDisk
  ) throws {
    if case .submitted = event {
      return try require(!job.isSubmitted, "\(job.label) was submitted twice")
    }
    if try checkAudit(event, job) { return }
    try require(!job.isSettled, "\(job.label) was settled already: \(event.verb)")
    switch event {
    case .submitted: break
    case .leased(let attempt, _): try checkLease(attempt, job)
    case .checkpointed(let attempt, let checkpoint):
      try require(
        job.holder != nil && job.lastNumber == attempt.number,
        "a checkpoint of attempt \(attempt.number) at \(job.label) was kept, which is not current")
      try require(
        disk.holds(checkpoint.blob.digest),
        "a checkpoint of \(job.label) was recorded that is not on the disk")
    case .completed(let attempt, let worker, let result):
      try checkEnd(event, attempt, worker, job)
      try require(
        scenario.places[attempt.job].map { scenario.jobs[$0].result } == result,
        "\(job.label) has not the result of an undisturbed run")
      try checkResult(of: job, disk)
    case .failed(let attempt, let worker, _), .lost(let attempt, let worker, _),
      .released(let attempt, let worker):
      try checkEnd(event, attempt, worker, job)
    case .discarded: try checkDiscarding(job)
    case .cancelled, .requeued, .imported, .auditLeased, .audited:
      throw Violation("\(job.label) was \(event.verb), which nobody asked for")
    }
  }

  /// Audits leave a job that is done as it is; false where the fact is none of an audit's.
  private func checkAudit(_ event: JournalEvent, _ job: ObservedJob) throws -> Bool {
    switch event {
    case .auditLeased(let attempt, let worker):
      try require(
        job.completion != nil && job.completer != worker,
        "\(job.label) is audited before it is done, or by who did it")
      try require(
        attempt.number > max(job.lastNumber, job.highestSent),
        "attempt number \(attempt.number) at \(job.label) was used again")
    case .audited(let attempt, let worker, _, let agrees):
      try require(
        job.completion != nil && job.completion != attempt.number,
        "the result of \(job.label) was compared with itself, or with none")
      try require(agrees, "\(worker) is said to have computed something else of \(job.label)")
    default: return false
    }
    return true
  }

  private func checkLease(_ attempt: Attempt, _ job: ObservedJob) throws {
    try require(job.holder == nil, "\(job.label) has two current attempts")
    try require(
      attempt.number > max(job.lastNumber, job.highestSent),
      "attempt number \(attempt.number) at \(job.label) was used again")
    try require(
      job.failures < scenario.settings.maximumAttempts && !job.hasFailedForGood
        && job.losses < scenario.settings.maximumLosses,
      "\(job.label) spins: \(job.failures) failures, \(job.losses) losses, and handed out again")
    try require(
      job.lastNumber > 0 || waitingRetries == 0,
      "\(job.label) was handed out before a job that was handed out earlier and came back")
    for id in job.planned.dependencies {
      try require(
        jobs[place(of: id)].completion != nil, "\(job.label) was handed out before its training")
    }
  }

  private func checkEnd(
    _ event: JournalEvent, _ attempt: Attempt, _ worker: WorkerID, _ job: ObservedJob
  ) throws {
    try require(
      job.isCurrent(attempt, of: worker),
      "attempt \(attempt.number) at \(job.label) was \(event.verb), and is not current")
  }

  private func checkDiscarding(_ job: ObservedJob) throws {
    let isOrphan = try job.planned.dependencies.contains { try jobs[place(of: $0)].isDiscarded }
    try require(
      job.holder == nil
        && (isOrphan || job.hasFailedForGood
          || job.failures >= scenario.settings.maximumAttempts
          || job.losses >= scenario.settings.maximumLosses),
      "\(job.label) was discarded without cause")
  }

  // MARK: messages

  /// The coordinator says this to a worker.
  mutating func hear(_ message: CoordinatorMessage, to worker: WorkerID) throws {
    switch message {
    case .lease(let lease):
      let place = try place(of: lease.attempt.job)
      let job = jobs[place]
      try require(
        lease.attempt.number <= job.lastNumber, "a lease was sent that is not recorded")
      try require(
        !job.isCurrent(lease.attempt, of: worker) || lease.checkpoint == job.checkpoint,
        "a lease of \(job.label) does not name the checkpoint that there is")
      jobs[place].highestSent = max(job.highestSent, lease.attempt.number)
    case .acknowledged(let attempt):
      guard let place = scenario.places[attempt.job] else { return }
      let job = jobs[place]
      try require(
        !job.isCurrent(attempt, of: worker),
        "the end of attempt \(attempt.number) at \(job.label) was acknowledged unrecorded")
      if job.completion == attempt.number { jobs[place].isAcknowledged = true }
    case .welcome, .revoke, .stop, .rejoin, .refused, .dismiss: break
    }
  }

  private func place(of id: JobID) throws -> Int {
    guard let place = scenario.places[id] else {
      throw Violation("job \(id.short) is not part of the experiment")
    }
    return place
  }
}

extension JournalEvent {
  /// What becomes of an attempt or a job by it.
  fileprivate var verb: String {
    switch self {
    case .submitted: "submitted"
    case .leased: "handed out"
    case .checkpointed: "checkpointed"
    case .completed: "completed"
    case .failed: "failed"
    case .lost: "lost"
    case .released: "released"
    case .discarded: "discarded"
    case .cancelled: "cancelled"
    case .requeued: "requeued"
    case .imported: "imported"
    case .auditLeased: "handed out for an audit"
    case .audited: "audited"
    }
  }
}
