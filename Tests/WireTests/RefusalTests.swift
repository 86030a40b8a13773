import Errors
import Foundation
import Jobs
import Scheduling
import TestSupport
import Testing
import Wire

/// The code of the error that reading throws, or nil where it throws none.
private func code(_ read: () throws -> Void) -> DipperError.Code? {
  do {
    try read()
    return nil
  } catch {
    return (error as? DipperError)?.code
  }
}

/// Reads the bytes as each of the three kinds; anything but a message or an error of the wire is an issue.
private func readAll(_ bytes: Data) {
  func attempt(_ read: () throws -> Void) {
    do {
      try read()
    } catch let error as DipperError where error.domain == .wire {
    } catch {
      Issue.record("not an error of the wire: \(error)")
    }
  }
  attempt { _ = try Wire.decodeWorkerMessages(bytes) }
  attempt { _ = try Wire.decodeCoordinatorMessages(bytes) }
  attempt { _ = try Wire.decodeBlobMessage(bytes) }
}

@Test func mutatedMessagesAreReadOrRefusedButNeverTrap() {
  var generator = SeededGenerator(seed: 10)
  for _ in 0..<500 {
    let frames =
      generator.workerMessages().map { Wire.encode($0) }
      + generator.coordinatorMessages().map { Wire.encode($0) }
      + generator.blobMessages().map { Wire.encode($0) }
    for frame in frames {
      readAll(generator.mutated(frame))
    }
  }
}

@Test func randomBytesAreRefused() {
  var generator = SeededGenerator(seed: 11)
  for length in 0..<3000 {
    readAll(Data((0..<length % 200).map { _ in UInt8.random(in: 0...255, using: &generator) }))
  }
  #expect(code { _ = try Wire.decodeWorkerMessages(Data()) } == .protocolVersionUnknown)
}

@Test func anotherVersionIsNamedEvenWhereTheRestCannotBeRead() {
  // Field 1 (version), then field 3 as a number where this version has a message.
  let other = UInt8(Wire.version + 1)
  for bytes in [Data([8, other]), Data([8, other, 24, 1])] {
    #expect(code { _ = try Wire.decodeWorkerMessages(bytes) } == .protocolVersionUnknown)
    #expect(code { _ = try Wire.decodeCoordinatorMessages(bytes) } == .protocolVersionUnknown)
    #expect(code { _ = try Wire.decodeBlobMessage(bytes) } == .protocolVersionUnknown)
  }
}

@Test func anEnvelopeWithoutAMessageIsMalformed() {
  let bytes = Data([8, UInt8(Wire.version)])
  #expect(code { _ = try Wire.decodeWorkerMessages(bytes) } == .messageMalformed)
  #expect(code { _ = try Wire.decodeCoordinatorMessages(bytes) } == .messageMalformed)
  #expect(code { _ = try Wire.decodeBlobMessage(bytes) } == .messageMalformed)
}

@Test func anEnvelopeOfTooManyMessagesIsRefused() {
  let envelope = Wire.encode(WorkerMessage.heartbeat)
  let version = Data([8, UInt8(Wire.version)])
  let message = envelope.dropFirst(version.count)
  let most = (0..<WireLimits.messages).reduce(into: version) { bytes, _ in bytes += message }
  #expect(throws: Never.self) { try Wire.decodeWorkerMessages(most) }
  #expect(code { _ = try Wire.decodeWorkerMessages(most + message) } == .messageOutOfLimits)
}

@Test func aJobUnderAnotherNameIsRefused() {
  var generator = SeededGenerator(seed: 12)
  let lease = Lease(
    attempt: generator.attempt(), job: generator.job(), label: "a job", checkpoint: nil,
    weights: nil)
  let bytes = Wire.encode(CoordinatorMessage.lease(lease))
  #expect(code { _ = try Wire.decodeCoordinatorMessages(bytes) } == .jobDigestMismatch)
}

@Test func workerMessagesBeyondALimitAreRefused() {
  var generator = SeededGenerator(seed: 13)
  let attempt = generator.attempt()
  var result = generator.result()
  result.seconds = .nan
  let long = String(repeating: "x", count: WireLimits.text + 1)
  let many = Dictionary(uniqueKeysWithValues: (0...WireLimits.entries).map { ("\($0)", 1.0) })
  let held = HeldAttempt(attempt: attempt, step: 0)
  let worker = { (credit: Int, fingerprint: [String: String]) in
    WorkerDescription(host: "node", process: 1, credit: credit, fingerprint: fingerprint)
  }
  let messages: [WorkerMessage] = [
    .started(Attempt(job: attempt.job, number: 0)),
    .finished(attempt, result),
    .progress(attempt, JobProgress(step: 1, total: 1, metrics: many)),
    .progress(attempt, JobProgress(step: 1, total: 1, metrics: [long: 1])),
    .checkpoint(
      attempt,
      Checkpoint(
        step: 1, blob: BlobReference(digest: generator.digest(), size: WireLimits.blob + 1))),
    .join(worker(0, [:]), holding: []),
    .join(worker(WireLimits.leases + 1, [:]), holding: []),
    .join(worker(1, ["cpu": long]), holding: []),
    .join(worker(1, [:]), holding: Array(repeating: held, count: WireLimits.leases + 1)),
  ]
  for message in messages {
    #expect(code { _ = try Wire.decodeWorkerMessages(Wire.encode(message)) } == .messageOutOfLimits)
  }
}

/// Returns an encoded welcome with these seconds in place of its own, which a `Duration` may not hold.
private func welcome(heartbeat: Double, lease: Double) -> Data {
  var bytes = Wire.encode(
    CoordinatorMessage.welcome(LeaseTerms(heartbeat: .seconds(2), lease: .seconds(3))))
  for (own, other) in [(2.0, heartbeat), (3.0, lease)] {
    guard let range = bytes.firstRange(of: littleEndian(own)) else {
      Issue.record("the encoded welcome does not hold \(own) s")
      continue
    }
    bytes.replaceSubrange(range, with: littleEndian(other))
  }
  return bytes
}

private func littleEndian(_ value: Double) -> Data {
  withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
}

@Test func termsThatCannotBeKeptAreRefused() {
  let impossible: [(Double, Double)] = [(0, 1), (2, 1), (1, .nan), (1, .infinity), (-1, 3)]
  for (heartbeat, lease) in impossible {
    let message = welcome(heartbeat: heartbeat, lease: lease)
    #expect(code { _ = try Wire.decodeCoordinatorMessages(message) } == .messageOutOfLimits)
  }
}

@Test func blobMessagesBeyondALimitAreRefused() {
  var generator = SeededGenerator(seed: 14)
  let digest = generator.digest()
  let tooLarge = Data(repeating: 1, count: WireLimits.chunk + 1)
  let messages: [BlobMessage] = [
    .get(digest, offset: 0, credit: 0),
    .get(digest, offset: 0, credit: WireLimits.credit + 1),
    .proceed(digest, offset: WireLimits.blob + 1, credit: 1),
    .chunk(digest, offset: 0, total: 1 << 20, bytes: tooLarge),
    .chunk(digest, offset: 0, total: 1 << 30, bytes: Data(count: WireLimits.blobMessage)),
    .chunk(digest, offset: 5, total: 4, bytes: Data([1])),
    .chunk(digest, offset: 3, total: 4, bytes: Data([1, 2])),
    .chunk(digest, offset: 0, total: 4, bytes: Data()),
  ]
  for message in messages {
    #expect(code { _ = try Wire.decodeBlobMessage(Wire.encode(message)) } == .messageOutOfLimits)
  }
}

/// A result of as many outputs as a job may have is read, and no worker may say more than that at once.
@Test func theLargestResultOfAWorkerFits() throws {
  var generator = SeededGenerator(seed: 12)
  let attempt = Attempt(job: JobID(digest: generator.digest()), number: Int.max)
  let blob = BlobReference(digest: generator.digest(), size: WireLimits.blob)
  let outputs = (0..<WireLimits.outputs).map {
    JobOutput(role: .mask(case: $0), blob: blob, seconds: 0.1)
  }
  let result = JobResult(
    outputs: outputs, metrics: ["energy": 1], seconds: 1, peakMemory: Int.max,
    fingerprint: ["instructions": "AVX2"])
  let bytes = Wire.encode(WorkerMessage.finished(attempt, result))
  #expect(try Wire.decodeWorkerMessages(bytes) == [.finished(attempt, result)])
  let excess = bytes + Data(count: WireLimits.workerMessage)
  #expect(code { _ = try Wire.decodeWorkerMessages(excess) } == .messageOutOfLimits)
}
