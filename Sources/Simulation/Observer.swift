import Jobs
import Scheduling

/// Checks that the events and messages of a coordinator keep the promises of the protocol. It
/// shares no code with the coordinator's decisions.
struct Observer {
  private(set) var jobs: [ObservedJob]
  private(set) var settled = 0
  var evidence: Evidence
  private var waitingRetries = 0
  private let scenario: Scenario

  init(_ scenario: Scenario) {
    self.scenario = scenario
    jobs = scenario.planned.map(ObservedJob.init)
    evidence = Evidence(scenario.settings)
  }

  // MARK: stimuli and outcome

  /// Notes that the coordinator handles this stimulus.
  mutating func note(_ stimulus: CoordinatorStimulus, at now: Instant) {
    var open: [Attempt] = []
    if case .received(.join, let worker) = stimulus {
      open = jobs.filter { $0.holder == worker }
        .map { Attempt(job: $0.planned.id, number: $0.lastNumber) }
    }
    evidence.note(stimulus, at: now, open: open)
  }

  /// Returns true if the worker holds this attempt according to the journal.
  func isCurrent(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    scenario.indexByID[attempt.job].map { jobs[$0].isCurrent(attempt, of: worker) } ?? false
  }

  /// Checks that every end of an attempt has a cause.
  func checkCause(of directives: [CoordinatorDirective]) throws {
    for case .record(let facts) in directives {
      for fact in facts {
        let index = try index(of: fact.job)
        try require(
          evidence.justifies(fact),
          otherwise: "an attempt at \(jobs[index].label) was \(fact.verb) without cause")
      }
    }
  }

  /// Checks that a report about a superseded attempt is answered by `revoke` or `rejoin`.
  func checkAnswer(
    to report: (attempt: Attempt, worker: WorkerID), _ answer: [CoordinatorDirective]
  ) throws {
    try require(
      answer.contains(.send(.revoke(report.attempt), to: report.worker))
        || answer.contains(.send(.rejoin, to: report.worker)),
      otherwise: "\(report.worker) is not told that its attempt \(report.attempt.number) is over")
  }

  /// Checks at the end of a run that every job is settled and every result is on the disk.
  func checkOutcome(_ disk: SimulatedDisk) throws {
    for job in jobs {
      try require(job.isSettled, otherwise: "\(job.label) was forgotten")
      try checkSurvival(of: job, on: disk)
    }
  }

  // MARK: facts

  /// Checks an event that is written to the disk, and notes it.
  mutating func record(_ event: JournalEvent, on disk: SimulatedDisk, at now: Instant) throws {
    let index = try index(of: event.job)
    try check(event, about: jobs[index], on: disk)
    fold(event, index: index, at: now)
  }

  /// Rebuilds the observed jobs from the journal with which a coordinator starts.
  mutating func reread(_ disk: SimulatedDisk, at now: Instant) throws {
    for index in jobs.indices { jobs[index].forgetFacts() }
    settled = 0
    waitingRetries = 0
    for event in disk.journal { fold(event, index: try index(of: event.job), at: now) }
    evidence.coordinatorStarts(at: now)
    for job in jobs { try checkSurvival(of: job, on: disk) }
  }

  private mutating func fold(_ event: JournalEvent, index: Int, at now: Instant) {
    let wasSettled = jobs[index].isSettled
    let wasRetry = jobs[index].waitsForRetry
    jobs[index].fold(event, at: now)
    if jobs[index].isSettled, !wasSettled { settled += 1 }
    let isRetry = jobs[index].waitsForRetry
    if isRetry != wasRetry { waitingRetries += isRetry ? 1 : -1 }
  }

  private func checkSurvival(of job: ObservedJob, on disk: SimulatedDisk) throws {
    try require(
      job.highestSent <= job.lastNumber,
      otherwise: "attempt \(job.highestSent) at \(job.label) was sent out and is not in the journal"
    )
    try require(
      !job.isAcknowledged || job.completion != nil,
      otherwise: "the acknowledged result of \(job.label) is lost")
    if let checkpoint = job.checkpoint, !job.isSettled {
      try require(
        disk.holds(checkpoint.blob.digest),
        otherwise: "the journal names a checkpoint of \(job.label) that is not on the disk")
    }
    if job.completion != nil { try checkResult(of: job, on: disk) }
  }

  private func checkResult(of job: ObservedJob, on disk: SimulatedDisk) throws {
    guard let index = scenario.indexByID[job.planned.id] else { return }
    for output in scenario.jobs[index].result.outputs {
      try require(
        disk.holds(output.blob.digest), otherwise: "a result of \(job.label) is not on the disk")
    }
  }

  // MARK: rules for events

  private func check(
    _ event: JournalEvent, about job: ObservedJob, on disk: SimulatedDisk
  ) throws {
    if case .submitted = event {
      return try require(!job.isSubmitted, otherwise: "\(job.label) was submitted twice")
    }
    if try checkAudit(event, of: job) { return }
    try require(!job.isSettled, otherwise: "\(job.label) was settled already: \(event.verb)")
    switch event {
    case .submitted: break
    case .leased(let attempt, _): try checkLease(attempt, at: job)
    case .checkpointed(let attempt, let checkpoint):
      try require(
        job.holder != nil && job.lastNumber == attempt.number,
        otherwise:
          "a checkpoint of attempt \(attempt.number) at \(job.label) was kept, which is not current"
      )
      try require(
        disk.holds(checkpoint.blob.digest),
        otherwise: "a checkpoint of \(job.label) was recorded that is not on the disk")
    case .completed(let attempt, let worker, let result):
      try checkEnd(of: attempt, by: worker, at: job, event: event)
      try require(
        scenario.indexByID[attempt.job].map { scenario.jobs[$0].result } == result,
        otherwise: "\(job.label) has not the result of an undisturbed run")
      try checkResult(of: job, on: disk)
    case .failed(let attempt, let worker, _), .lost(let attempt, let worker, _),
      .released(let attempt, let worker):
      try checkEnd(of: attempt, by: worker, at: job, event: event)
    case .discarded: try checkDiscarding(job)
    case .cancelled, .requeued, .imported, .auditLeased, .audited:
      throw ProtocolViolation("\(job.label) was \(event.verb), without a request")
    }
  }

  /// Checks an event of an audit. Returns false for any other event.
  private func checkAudit(_ event: JournalEvent, of job: ObservedJob) throws -> Bool {
    switch event {
    case .auditLeased(let attempt, let worker):
      try require(
        job.completion != nil && job.completer != worker,
        otherwise: "\(job.label) is audited before it is done, or by who did it")
      try require(
        attempt.number > max(job.lastNumber, job.highestSent),
        otherwise: "attempt number \(attempt.number) at \(job.label) was used again")
    case .audited(let attempt, let worker, _, let agrees):
      try require(
        job.completion != nil && job.completion != attempt.number,
        otherwise: "the result of \(job.label) was compared with itself, or with none")
      try require(
        agrees, otherwise: "\(worker) is reported to have computed something else of \(job.label)")
    default: return false
    }
    return true
  }

  private func checkLease(_ attempt: Attempt, at job: ObservedJob) throws {
    try require(job.holder == nil, otherwise: "\(job.label) has two current attempts")
    try require(
      attempt.number > max(job.lastNumber, job.highestSent),
      otherwise: "attempt number \(attempt.number) at \(job.label) was used again")
    try require(
      job.failures < scenario.settings.maximumAttempts && !job.hasFailedForGood
        && !job.isDeadly(under: scenario.settings),
      otherwise:
        "\(job.label) spins: \(job.failures) failures, \(job.losses) losses, and leased again")
    try require(
      job.lastNumber > 0 || waitingRetries == 0,
      otherwise:
        "\(job.label) was leased before a job that was leased earlier and waits again")
    for id in job.planned.dependencies {
      try require(
        jobs[index(of: id)].completion != nil,
        otherwise: "\(job.label) was leased before its training was done")
    }
  }

  private func checkEnd(
    of attempt: Attempt, by worker: WorkerID, at job: ObservedJob, event: JournalEvent
  ) throws {
    try require(
      job.isCurrent(attempt, of: worker),
      otherwise: "attempt \(attempt.number) at \(job.label) was \(event.verb), and is not current")
  }

  private func checkDiscarding(_ job: ObservedJob) throws {
    let isOrphan = try job.planned.dependencies.contains { try jobs[index(of: $0)].isDiscarded }
    try require(
      job.holder == nil
        && (isOrphan || job.hasFailedForGood
          || job.failures >= scenario.settings.maximumAttempts
          || job.isDeadly(under: scenario.settings)),
      otherwise: "\(job.label) was discarded without cause")
  }

  // MARK: messages

  /// Checks a message that the coordinator sends to a worker.
  mutating func check(_ message: CoordinatorMessage, to worker: WorkerID) throws {
    switch message {
    case .lease(let lease):
      let index = try index(of: lease.attempt.job)
      let job = jobs[index]
      try require(
        lease.attempt.number <= job.lastNumber, otherwise: "a lease was sent that is not recorded")
      try require(
        !job.isCurrent(lease.attempt, of: worker) || lease.checkpoint == job.checkpoint,
        otherwise: "a lease of \(job.label) does not name the checkpoint that there is")
      jobs[index].highestSent = max(job.highestSent, lease.attempt.number)
    case .acknowledged(let attempt):
      guard let index = scenario.indexByID[attempt.job] else { return }
      let job = jobs[index]
      try require(
        !job.isCurrent(attempt, of: worker),
        otherwise:
          "the end of attempt \(attempt.number) at \(job.label) was acknowledged unrecorded")
      if job.completion == attempt.number { jobs[index].isAcknowledged = true }
    case .welcome, .revoke, .stop, .rejoin, .refused, .dismiss: break
    }
  }

  private func index(of id: JobID) throws -> Int {
    guard let index = scenario.indexByID[id] else {
      throw ProtocolViolation("job \(id.short) is not part of the experiment")
    }
    return index
  }
}

extension JournalEvent {
  /// The participle that describes the event in the text of a violation.
  fileprivate var verb: String {
    switch self {
    case .submitted: "submitted"
    case .leased: "leased"
    case .checkpointed: "checkpointed"
    case .completed: "completed"
    case .failed: "failed"
    case .lost: "lost"
    case .released: "released"
    case .discarded: "discarded"
    case .cancelled: "cancelled"
    case .requeued: "requeued"
    case .imported: "imported"
    case .auditLeased: "leased for an audit"
    case .audited: "audited"
    }
  }
}
