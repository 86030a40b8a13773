import Errors
import Scheduling

extension ProtoWorkerMessage {
  init(_ message: WorkerMessage) {
    switch message {
    case .join(let description, let holding):
      join.worker = ProtoDescription(description)
      join.holding = holding.map(ProtoHeld.init)
    case .heartbeat: heartbeat = ProtoNothing()
    case .started(let attempt): started = ProtoAttempt(attempt)
    case .progress(let attempt, let value):
      progress.attempt = ProtoAttempt(attempt)
      progress.progress = ProtoProgress(value)
    case .checkpoint(let attempt, let value):
      checkpoint.attempt = ProtoAttempt(attempt)
      checkpoint.checkpoint = ProtoCheckpoint(value)
    case .finished(let attempt, let result):
      finished.attempt = ProtoAttempt(attempt)
      finished.result = ProtoResult(result)
    case .failed(let attempt, let failure):
      failed.attempt = ProtoAttempt(attempt)
      failed.failure = ProtoFailure(failure)
    case .released(let attempt): released = ProtoAttempt(attempt)
    case .leave: leave = ProtoNothing()
    }
  }

  func message() throws -> WorkerMessage {
    switch body {
    case .join(let join): try join.message()
    case .heartbeat: .heartbeat
    case .started(let attempt): .started(try attempt.value())
    case .progress(let part): .progress(try part.attempt.value(), try part.progress.value())
    case .checkpoint(let part): .checkpoint(try part.attempt.value(), try part.checkpoint.value())
    case .finished(let part): .finished(try part.attempt.value(), try part.result.value())
    case .failed(let part): .failed(try part.attempt.value(), try part.failure.value())
    case .released(let attempt): .released(try attempt.value())
    case .leave: .leave
    case nil: throw DipperError(.messageMalformed, "a message from a worker that says nothing")
    }
  }
}

extension ProtoWorkerMessage.Join {
  func message() throws -> WorkerMessage {
    try Checked.count(holding.count, named: "the attempts held", limit: WireLimits.leases)
    return .join(try worker.value(), holding: try holding.map { try $0.value() })
  }
}
