import Foundation
import Jobs
import Scheduling
import TestSupport
import Wire

/// Messages of every kind that a seed can make.
extension SeededGenerator {
  mutating func attempt() -> Attempt {
    Attempt(job: JobID(digest: digest()), number: Int.random(in: 1...1 << 40, using: &self))
  }

  mutating func checkpoint() -> Checkpoint {
    Checkpoint(step: Int.random(in: 0...1 << 40, using: &self), blob: blob())
  }

  /// One message of each case.
  mutating func workerMessages() -> [WorkerMessage] {
    let progress = JobProgress(
      step: 3, total: Int.random(in: 3...9, using: &self), metrics: metrics())
    let description = WorkerDescription(
      host: text(), process: Int.random(in: 0...99, using: &self),
      credit: Int.random(in: 1...1024, using: &self), fingerprint: [text(): text()])
    let held = (0..<Int.random(in: 0...3, using: &self)).map { step in
      HeldAttempt(attempt: attempt(), step: step)
    }
    return [
      .join(description, holding: held), .heartbeat, .started(attempt()),
      .progress(attempt(), progress), .checkpoint(attempt(), checkpoint()),
      .finished(attempt(), result()),
      .failed(
        attempt(),
        JobFailure(
          message: text(), isTransient: chance(0.5), log: chance(0.5) ? nil : [text(), text()])),
      .released(attempt()), .leave,
    ]
  }

  /// One message of each case.
  mutating func coordinatorMessages() -> [CoordinatorMessage] {
    let job = job()
    let lease = Lease(
      attempt: Attempt(job: job.id, number: Int.random(in: 1...9, using: &self)), job: job,
      label: text(), checkpoint: chance(0.5) ? checkpoint() : nil,
      weights: chance(0.5) ? blob() : nil)
    return [
      .welcome(
        LeaseTerms(
          heartbeat: .milliseconds(500),
          lease: .milliseconds(Int.random(in: 1000...99_000, using: &self)))),
      .lease(lease), .acknowledged(attempt()), .revoke(attempt()), .stop(attempt()), .rejoin,
      .refused(text()),
      .dismiss,
    ]
  }

  /// One message of each case.
  mutating func blobMessages() -> [BlobMessage] {
    let bytes = Data(
      (0..<Int.random(in: 1...64, using: &self)).map { UInt8(truncatingIfNeeded: $0) })
    let offset = Int.random(in: 0...1 << 30, using: &self)
    return [
      .get(digest(), offset: offset, credit: 16), .missing(digest()), .put(blob()),
      .chunk(digest(), offset: offset, total: offset + bytes.count, bytes: bytes),
      .chunk(digest(), offset: 0, total: 0, bytes: Data()),
      .proceed(digest(), offset: offset, credit: 1), .stored(digest()),
      .rejected(digest(), reason: text()),
    ]
  }
}
