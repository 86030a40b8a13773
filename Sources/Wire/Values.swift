import Errors
import Foundation
import Jobs
import Scheduling

extension ProtoAttempt {
  init(_ attempt: Attempt) {
    job = attempt.job.digest.bytes
    number = UInt64(clamping: attempt.number)
  }

  func value() throws -> Attempt {
    Attempt(
      job: try Checked.job(job),
      number: try Checked.integer(number, named: "the attempt's number", in: 1...Int.max))
  }
}

extension ProtoBlob {
  init(_ reference: BlobReference) {
    digest = reference.digest.bytes
    size = UInt64(clamping: reference.size)
  }

  func value() throws -> BlobReference {
    BlobReference(
      digest: try Checked.digest(digest, named: "a blob's digest"),
      size: try Checked.integer(size, named: "a blob's size", in: 0...WireLimits.blob))
  }
}

extension ProtoCheckpoint {
  init(_ checkpoint: Checkpoint) {
    step = UInt64(clamping: checkpoint.step)
    blob = ProtoBlob(checkpoint.blob)
  }

  func value() throws -> Checkpoint {
    Checkpoint(
      step: try Checked.integer(step, named: "a checkpoint's step"), blob: try blob.value())
  }
}

extension ProtoProgress {
  init(_ progress: JobProgress) {
    step = UInt64(clamping: progress.step)
    total = UInt64(clamping: progress.total)
    metrics = progress.metrics
  }

  func value() throws -> JobProgress {
    JobProgress(
      step: try Checked.integer(step, named: "the progress's step"),
      total: try Checked.integer(total, named: "the progress's total"),
      metrics: try Checked.metrics(metrics))
  }
}

extension ProtoOutput {
  init(_ output: JobOutput) {
    switch output.role {
    case .weights: weights = Weights()
    case .mask(let index): mask.caseIndex = UInt64(clamping: index)
    case .curve: curve = Curve()
    }
    blob = ProtoBlob(output.blob)
    seconds = output.seconds
  }

  func value() throws -> JobOutput {
    let kind: JobOutput.Role
    switch role {
    case .weights: kind = .weights
    case .mask(let mask):
      kind = .mask(case: try Checked.integer(mask.caseIndex, named: "a mask's case"))
    case .curve: kind = .curve
    case nil: throw DipperError(.messageMalformed, "an output without its role")
    }
    return JobOutput(
      role: kind, blob: try blob.value(),
      seconds: try Checked.seconds(seconds, named: "an output's time"))
  }
}

extension ProtoResult {
  init(_ result: JobResult) {
    outputs = result.outputs.map(ProtoOutput.init)
    metrics = result.metrics
    seconds = result.seconds
    peakMemory = UInt64(clamping: result.peakMemory)
    fingerprint = result.fingerprint ?? [:]
  }

  func value() throws -> JobResult {
    try Checked.count(outputs.count, named: "outputs", limit: WireLimits.outputs)
    return JobResult(
      outputs: try outputs.map { try $0.value() }, metrics: try Checked.metrics(metrics),
      seconds: try Checked.seconds(seconds, named: "the attempt's time"),
      peakMemory: try Checked.integer(peakMemory, named: "the peak memory"),
      fingerprint: fingerprint.isEmpty ? nil : try Checked.fingerprint(fingerprint))
  }
}

extension ProtoFailure {
  init(_ failure: JobFailure) {
    message = failure.message.cut(to: WireLimits.text)
    transient = failure.isTransient
    log = failure.log?.suffix(WireLimits.logLines).map { $0.cut(to: WireLimits.logLine) } ?? []
  }

  func value() throws -> JobFailure {
    try Checked.count(log.count, named: "the failure's log", limit: WireLimits.logLines)
    return JobFailure(
      message: try Checked.text(message, named: "the failure's cause", limit: WireLimits.text),
      isTransient: transient,
      log: log.isEmpty
        ? nil
        : try log.map {
          try Checked.text($0, named: "a line of the failure's log", limit: WireLimits.logLine)
        })
  }
}

extension ProtoHeld {
  init(_ held: HeldAttempt) {
    attempt = ProtoAttempt(held.attempt)
    step = UInt64(clamping: held.step)
  }

  func value() throws -> HeldAttempt {
    HeldAttempt(
      attempt: try attempt.value(), step: try Checked.integer(step, named: "a held attempt's step"))
  }
}

extension ProtoDescription {
  init(_ description: WorkerDescription) {
    host = description.host.cut(to: WireLimits.name)
    process = UInt64(clamping: description.process)
    credit = UInt64(clamping: description.credit)
    fingerprint = description.fingerprint
  }

  func value() throws -> WorkerDescription {
    return WorkerDescription(
      host: try Checked.text(host, named: "the host", limit: WireLimits.name),
      process: try Checked.integer(process, named: "the process"),
      credit: try Checked.integer(credit, named: "the credit", in: 1...WireLimits.leases),
      fingerprint: try Checked.fingerprint(fingerprint))
  }
}
