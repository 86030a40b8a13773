import Errors
import Foundation
import Jobs
import Scheduling

extension ProtoCoordinatorMessage {
  init(_ message: CoordinatorMessage) {
    switch message {
    case .welcome(let terms): welcome = ProtoTerms(terms)
    case .lease(let value): lease = ProtoLease(value)
    case .acknowledged(let attempt): acknowledged = ProtoAttempt(attempt)
    case .revoke(let attempt): revoke = ProtoAttempt(attempt)
    case .stop(let attempt): stop = ProtoAttempt(attempt)
    case .rejoin: rejoin = ProtoNothing()
    case .refused(let reason): refused = reason.cut(to: WireLimits.text)
    case .dismiss: dismiss = ProtoNothing()
    }
  }

  func message() throws -> CoordinatorMessage {
    switch body {
    case .welcome(let terms): .welcome(try terms.value())
    case .lease(let lease): .lease(try lease.value())
    case .acknowledged(let attempt): .acknowledged(try attempt.value())
    case .revoke(let attempt): .revoke(try attempt.value())
    case .stop(let attempt): .stop(try attempt.value())
    case .rejoin: .rejoin
    case .refused(let reason):
      .refused(try Checked.text(reason, named: "the reason", limit: WireLimits.text))
    case .dismiss: .dismiss
    case nil:
      throw DipperError(.messageMalformed, "a message from the coordinator that says nothing")
    }
  }
}

extension ProtoTerms {
  init(_ terms: LeaseTerms) {
    // The protobuf message holds durations in seconds.
    heartbeat = terms.heartbeat / .seconds(1)
    lease = terms.lease / .seconds(1)
  }

  func value() throws -> LeaseTerms {
    let terms = LeaseTerms(
      heartbeat: Self.duration(try Checked.seconds(heartbeat, named: "the heartbeat")),
      lease: Self.duration(try Checked.seconds(lease, named: "the lease")))
    guard terms.heartbeat > .zero, terms.lease >= terms.heartbeat else {
      throw DipperError(
        .messageOutOfLimits,
        "a heartbeat of \(heartbeat) s with a lease of \(lease) s cannot be kept")
    }
    return terms
  }

  /// Converts a number of seconds, rounded to nanoseconds, so that a duration comes back as it was
  /// sent.
  private static func duration(_ number: Double) -> Duration {
    .nanoseconds(Int64((min(number, 1e9) * 1e9).rounded()))
  }
}

extension ProtoLease {
  init(_ lease: Lease) {
    attempt = ProtoAttempt(lease.attempt)
    job = lease.job.canonicalForm
    label = lease.label.cut(to: WireLimits.text)
    if let value = lease.checkpoint { checkpoint = ProtoCheckpoint(value) }
    if let value = lease.weights { weights = ProtoBlob(value) }
  }

  func value() throws -> Lease {
    let attempt = try attempt.value()
    return Lease(
      attempt: attempt, job: try Self.job(job, named: attempt.job),
      label: try Checked.text(label, named: "the label", limit: WireLimits.text),
      checkpoint: hasCheckpoint ? try checkpoint.value() : nil,
      weights: hasWeights ? try weights.value() : nil)
  }

  /// Decodes a job from these bytes, which must be its canonical form and have the digest `name`.
  private static func job(_ bytes: Data, named name: JobID) throws -> Job {
    guard Digest(of: bytes) == name.digest else {
      throw DipperError(.jobDigestMismatch, "the bytes of job \(name.short) do not have its digest")
    }
    do { return try Job(canonicalForm: bytes) } catch {
      throw DipperError(
        .messageMalformed,
        "job \(name.short) cannot be read; start the same release of dipper on all machines",
        cause: error)
    }
  }
}
