import Errors
import Foundation
import Jobs
import Scheduling

extension Wire {
  /// Encodes an event of the journal.
  public static func encode(_ event: JournalEvent) -> [UInt8] { serialise(ProtoEvent(event)) }

  /// Decodes an event of the journal.
  ///
  /// - Throws: `DipperError` of the domain `wire` or of code `jobMalformed`.
  public static func decodeEvent(_ bytes: Data) throws -> JournalEvent {
    let event: ProtoEvent = try parse(bytes, limit: WireLimits.event)
    return try event.value()
  }
}

extension ProtoEvent {
  init(_ event: JournalEvent) {
    switch event {
    case .submitted(let planned): submitted = Submitted(planned)
    case .leased(let attempt, let worker): leased = WorkerAttempt(attempt, to: worker)
    case .checkpointed(let attempt, let value):
      checkpointed.attempt = ProtoAttempt(attempt)
      checkpointed.checkpoint = ProtoCheckpoint(value)
    case .completed(let attempt, let worker, let result):
      completed.attempt = ProtoAttempt(attempt)
      completed.worker = worker.name
      completed.result = ProtoResult(result)
    case .failed(let attempt, let worker, let failure):
      failed.attempt = ProtoAttempt(attempt)
      failed.worker = worker.name
      failed.failure = ProtoFailure(failure)
    case .lost(let attempt, let worker, let reason):
      lost.attempt = ProtoAttempt(attempt)
      lost.worker = worker.name
      lost.reason = reason.cut(to: WireLimits.text)
    case .released(let attempt, let worker): released = WorkerAttempt(attempt, to: worker)
    case .discarded(let job, let reason): discarded = JobDecision(job, reason: reason)
    case .cancelled(let job): cancelled = job.digest.bytes
    case .requeued(let job, let reason): requeued = JobDecision(job, reason: reason)
    case .imported(let attempt, let worker, let result, let folder):
      imported.attempt = ProtoAttempt(attempt)
      imported.worker = worker.name
      imported.result = ProtoResult(result)
      imported.folder = folder
    case .auditLeased(let attempt, let worker): auditLeased = WorkerAttempt(attempt, to: worker)
    case .audited(let attempt, let worker, let result, let agrees):
      audited.attempt = ProtoAttempt(attempt)
      audited.worker = worker.name
      audited.result = ProtoResult(result)
      audited.agrees = agrees
    }
  }

  func value() throws -> JournalEvent {
    switch body {
    case .submitted(let part): .submitted(try part.value())
    case .leased(let part): .leased(try part.attempt.value(), to: WorkerID(part.worker))
    case .checkpointed(let part):
      .checkpointed(try part.attempt.value(), try part.checkpoint.value())
    case .completed(let part):
      .completed(try part.attempt.value(), by: WorkerID(part.worker), try part.result.value())
    case .failed(let part):
      .failed(try part.attempt.value(), by: WorkerID(part.worker), try part.failure.value())
    case .lost(let part):
      .lost(try part.attempt.value(), by: WorkerID(part.worker), reason: part.reason)
    case .released(let part): .released(try part.attempt.value(), by: WorkerID(part.worker))
    case .discarded(let part): .discarded(try part.name(), reason: part.reason)
    case .cancelled(let bytes): .cancelled(try Checked.job(bytes))
    case .requeued(let part): .requeued(try part.name(), reason: part.reason)
    case .imported(let part):
      .imported(
        try part.attempt.value(), by: WorkerID(part.worker), try part.result.value(),
        from: part.folder)
    case .auditLeased(let part):
      .auditLeased(try part.attempt.value(), to: WorkerID(part.worker))
    case .audited(let part):
      .audited(
        try part.attempt.value(), by: WorkerID(part.worker), try part.result.value(),
        agrees: part.agrees)
    case nil:
      throw DipperError(.messageMalformed, "the event is of no kind that this release knows")
    }
  }
}

extension ProtoEvent.Submitted {
  init(_ planned: PlannedJob) {
    job = planned.job.canonicalForm
    dataset = planned.dataset
    cases = planned.cases
    if let value = planned.note { note = value }
    cost = planned.cost
  }

  func value() throws -> PlannedJob {
    PlannedJob(
      job: try Job(canonicalForm: job), id: JobID(digest: Digest(of: job)), dataset: dataset,
      cases: cases, note: hasNote ? note : nil, cost: cost)
  }
}

extension ProtoEvent.WorkerAttempt {
  init(_ attempt: Attempt, to worker: WorkerID) {
    self.attempt = ProtoAttempt(attempt)
    self.worker = worker.name
  }
}

extension ProtoEvent.JobDecision {
  init(_ job: JobID, reason: String) {
    self.job = job.digest.bytes
    self.reason = reason.cut(to: WireLimits.text)
  }

  func name() throws -> JobID { try Checked.job(job) }
}
