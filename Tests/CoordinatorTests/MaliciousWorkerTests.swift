import Blobs
import Coordinator
import Foundation
import Imaging
import Jobs
import Journal
import Logging
import Messaging
import RunFixtures
import Runs
import Scheduling
import Synchronization
import Testing
import TestSupport
import Wire

/// Malicious workers with valid keys do not disturb the run of an honest one.
@Suite(.timeLimit(.minutes(1))) struct MaliciousWorkerTests {
  /// A log handler that keeps the messages.
  private final class Records: LogHandler, Sendable {
    let lines = Mutex<[String]>([])
    var logLevel: Logger.Level {
      get { .info }
      set {}
    }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }
    func log(event: LogEvent) { lines.withLock { $0.append("\(event.message)") } }
  }

  private static let absent = BlobReference(digest: Digest(of: Data("nowhere".utf8)), size: 7)
  private static let join = Wire.encode(
    WorkerMessage.join(
      WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:]), holding: []))

  private static let noMask = Data("no PNG at all".utf8)
  private static let otherMask = mask(side: 20)

  /// Encodes a mask with every pixel inside.
  private static func mask(side: Int) -> Data {
    let pixels = [Bool](repeating: true, count: side * side)
    return (try? Mask(width: side, height: side, pixels: pixels).encodedPNG()) ?? Data()
  }

  private static func reference(_ bytes: Data) -> BlobReference {
    BlobReference(digest: Digest(of: bytes), size: bytes.count)
  }

  private static func result(
    _ job: Job, blob: BlobReference, also others: [JobOutput.Role] = []
  ) -> JobResult {
    let roles: [JobOutput.Role] =
      job.kind == .train ? [.weights] : job.inputs.indices.map { .mask(case: $0) }
    return JobResult(
      outputs: (roles + others).map { JobOutput(role: $0, blob: blob, seconds: 1) }, metrics: [:],
      seconds: 1, peakMemory: 1)
  }

  /// The messages of a malicious worker: those that it sends at once, and its answer to a lease.
  struct Attack: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The blobs that are stored beforehand, so that they can be named.
    var stored: [Data] = []
    var channel = Channel.control
    var payloads: [Data] = []
    var answer: (@Sendable (Lease) -> WorkerMessage)?
  }

  static let attacks: [Attack] = [
    Attack(testDescription: "results that it has not stored") {
      .finished($0.attempt, result($0.job, blob: absent))
    },
    Attack(
      testDescription: "masks that are no PNG files, and curves that are none", stored: [noMask]
    ) {
      .finished($0.attempt, result($0.job, blob: reference(noMask), also: [.curve]))
    },
    Attack(testDescription: "masks of another size", stored: [otherMask]) {
      .finished(
        $0.attempt,
        result(
          $0.job, blob: reference(otherMask), also: $0.job.kind == .train ? [.mask(case: 0)] : []))
    },
    Attack(
      testDescription: "attempts at a job that there is not",
      payloads: (1...100).map { number in
        let job = JobID(digest: Digest(of: Data("no job".utf8)))
        return Wire.encode(WorkerMessage.started(Attempt(job: job, number: number)))
      }),
    Attack(
      testDescription: "bytes that are no message",
      payloads: (1...100).map { Data(repeating: 0xff, count: $0) }),
    Attack(
      testDescription: "blobs with another digest", channel: .bulk,
      payloads: (0..<10).flatMap { number in
        let digest = Digest(of: Data("announced \(number)".utf8))
        return [
          Wire.encode(BlobMessage.put(BlobReference(digest: digest, size: 4))),
          Wire.encode(
            BlobMessage.chunk(digest, offset: 0, total: 4, bytes: Data("sent".utf8))),
        ]
      }),
  ]

  /// Attacks until the worker is disconnected.
  private func run(_ attack: Attack, by worker: Messenger) async throws {
    worker.send(Envelope(channel: .control, payload: Self.join))
    for payload in attack.payloads {
      worker.send(Envelope(channel: attack.channel, payload: payload))
    }
    for await inbound in worker.inbound {
      switch inbound {
      case .refused, .undeliverable, .cutOff: return
      case .message(let envelope):
        guard envelope.channel == .control, let answer = attack.answer else { continue }
        for case .lease(let lease) in try Wire.decodeCoordinatorMessages(envelope.payload) {
          worker.send(Envelope(channel: .control, payload: Wire.encode(answer(lease))))
        }
      }
    }
  }

  /// Does every job with an arbitrary mask.
  private func work(_ worker: Messenger, into blobs: BlobFolder) async throws {
    let made = try blobs.put(Self.mask(side: 48))
    worker.send(Envelope(channel: .control, payload: Self.join))
    for await case .message(let envelope) in worker.inbound {
      for message in try Wire.decodeCoordinatorMessages(envelope.payload) {
        switch message {
        case .lease(let lease):
          let message = WorkerMessage.finished(lease.attempt, Self.result(lease.job, blob: made))
          worker.send(Envelope(channel: .control, payload: Wire.encode(message)))
        case .dismiss:
          return worker.send(
            Envelope(channel: .control, payload: Wire.encode(WorkerMessage.leave)))
        default: continue
        }
      }
    }
  }

  @Test("a malicious worker is disconnected, alone and by name", arguments: attacks)
  func disconnectsMaliciousWorker(attack: Attack) async throws {
    let played = try RecordedRun()
    defer { played.remove() }
    let keys = KeyFolder(played.data.file("keys"))
    try keys.generate(workers: ["malicious", "honest"], replacing: false)
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"), keys: try keys.coordinatorKeys())
    func messenger(_ name: String) throws -> Messenger {
      try .connecting(to: runtime.endpoint, as: name, keys: try keys.worker(name).workerKeys())
    }
    let malicious = try messenger("malicious")
    let honest = try messenger("honest")
    let records = Records()
    let journal = MemoryJournal()
    let plan = played.experiment.plan
    let directory = played.directory
    async let conclusion = onOwnThread(stoppedBy: runtime.interrupt) {
      try runtime.run(
        plan, in: directory, journal: journal, history: RunHistory(folding: []),
        settings: CoordinatorSettings(),
        display: SilentDisplay(), logger: Logger(label: "test") { _ in records },
        now: uptime,
        date: { Date(timeIntervalSince1970: 0) })
    }
    for bytes in attack.stored { try played.directory.blobs.put(bytes) }
    try await run(attack, by: malicious)
    malicious.close()
    try await work(honest, into: played.directory.blobs)
    #expect(try await conclusion.outcome == .finished(discarded: 0))
    honest.close()
    let lines = records.lines.withLock(\.self)
    #expect(lines.contains { $0.hasPrefix("worker malicious was disconnected: ") }, "\(lines)")
    #expect(!lines.contains { $0.contains("honest") })
  }
}
