import Experiments
import Scheduling

/// What must never happen, and did.
struct Violation: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Watches what a coordinator has recorded and says, and knows nothing of how it decides.
struct Observer {
  private struct Facts {
    var planned: PlannedJob
    var lastNumber = 0
    var open: WorkerID?
    var isDone = false
    var isSetAside = false
    var checkpoint: Checkpoint?
  }

  private var jobs: [JobID: Facts] = [:]
  /// Everything on the coordinator's disk: the journal and the blobs.
  private(set) var journal: [JournalEvent] = []
  var blobs: Set<Digest> = []

  var settled: Int { jobs.values.count { $0.isDone || $0.isSetAside } }

  // MARK: facts

  mutating func record(_ event: JournalEvent) throws {
    journal.append(event)
    switch event {
    case .submitted(let planned):
      try require(jobs[planned.id] == nil, "\(planned.label) was submitted twice")
      jobs[planned.id] = Facts(planned: planned)
    case .leased(let attempt, let worker): try lease(attempt, worker)
    case .checkpointed(let attempt, let checkpoint): try keep(checkpoint, of: attempt)
    case .completed(let attempt, let worker, let result):
      try close(attempt, worker, "completed")
      jobs[attempt.job]?.isDone = true
      for output in result.outputs {
        try require(blobs.contains(output.blob.digest), "a result was named before it was stored")
      }
    case .failed(let attempt, let worker, _): try close(attempt, worker, "failed")
    case .lost(let attempt, let worker, _): try close(attempt, worker, "lost")
    case .released(let attempt, let worker): try close(attempt, worker, "released")
    case .setAside(let id, _):
      let job = try facts(id)
      try require(!job.isDone && !job.isSetAside && job.open == nil, "a settled job was set aside")
      jobs[id]?.isSetAside = true
    }
  }

  private mutating func lease(_ attempt: Attempt, _ worker: WorkerID) throws {
    let job = try facts(attempt.job)
    try require(!job.isDone && !job.isSetAside, "a settled job was handed out")
    try require(job.open == nil, "\(job.planned.label) has two current attempts")
    try require(attempt.number > job.lastNumber, "attempt number \(attempt.number) was reused")
    for id in job.planned.dependencies {
      try require(facts(id).isDone, "\(job.planned.label) was handed out before its training")
    }
    jobs[attempt.job]?.open = worker
    jobs[attempt.job]?.lastNumber = attempt.number
  }

  private mutating func keep(_ checkpoint: Checkpoint, of attempt: Attempt) throws {
    let job = try facts(attempt.job)
    try require(
      job.open != nil && job.lastNumber == attempt.number, "an old attempt's checkpoint was kept")
    try require(
      blobs.contains(checkpoint.blob.digest), "a checkpoint was named before it was stored")
    jobs[attempt.job]?.checkpoint = checkpoint
  }

  private mutating func close(_ attempt: Attempt, _ worker: WorkerID, _ how: String) throws {
    let job = try facts(attempt.job)
    try require(!job.isDone, "\(job.planned.label) was \(how) after it was completed")
    try require(
      job.open == worker && job.lastNumber == attempt.number,
      "\(job.planned.label) was \(how) by attempt \(attempt.number), which is not current")
    jobs[attempt.job]?.open = nil
  }

  // MARK: messages

  func hear(_ message: CoordinatorMessage, to worker: WorkerID) throws {
    switch message {
    case .lease(let lease):
      let job = try facts(lease.attempt.job)
      try require(
        job.open == worker && job.lastNumber == lease.attempt.number,
        "a lease was sent before it was recorded")
      try require(
        lease.checkpoint == nil || lease.checkpoint == job.checkpoint,
        "a lease names a checkpoint that is not the newest")
    case .acknowledged(let attempt):
      let job = try facts(attempt.job)
      try require(
        job.open == nil || job.lastNumber != attempt.number || job.open != worker,
        "an end was acknowledged before it was recorded")
    case .welcome, .revoke, .rejoin, .refused, .dismiss: break
    }
  }

  private func facts(_ id: JobID) throws -> Facts {
    guard let facts = jobs[id] else { throw Violation("job \(id.short) was never submitted") }
    return facts
  }

  private func require(_ condition: Bool, _ violation: @autoclosure () -> String) throws {
    if !condition { throw Violation(violation()) }
  }
}
