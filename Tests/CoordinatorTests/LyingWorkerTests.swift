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

/// Workers with valid keys that lie, beside one that does not: the run ends as if they were not.
@Suite(.timeLimit(.minutes(1))) struct LyingWorkerTests {
  /// What is logged.
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

  private struct Silent: ProgressDisplay {
    func notify(_ notification: UserNotification, in state: CoordinatorState) {}
    func update(_ state: CoordinatorState, at now: Instant) {}
  }

  private static let absent = BlobReference(digest: Digest(of: Data("nowhere".utf8)), size: 7)
  private static let join = Wire.encode(
    WorkerMessage.join(
      WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:]), holding: []))

  private static let noMask = Data("no PNG at all".utf8)
  private static let otherMask = mask(side: 20)

  /// A mask of everything.
  private static func mask(side: Int) -> Data {
    let pixels = [Bool](repeating: true, count: side * side)
    return (try? Mask(width: side, height: side, pixels: pixels).encodedPNG()) ?? Data()
  }

  private static func reference(_ bytes: Data) -> BlobReference {
    BlobReference(digest: Digest(of: bytes), size: bytes.count)
  }

  private static func result(
    _ job: Job, _ blob: BlobReference, also others: [JobOutput.Role] = []
  ) -> JobResult {
    let roles: [JobOutput.Role] =
      job.kind == .train ? [.weights] : job.inputs.indices.map { .mask(case: $0) }
    return JobResult(
      outputs: (roles + others).map { JobOutput(role: $0, blob: blob, seconds: 1) }, metrics: [:],
      seconds: 1, peakMemory: 1)
  }

  /// What a liar says at once, and in answer to a lease.
  struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What it stores beforehand, so that it can be named.
    var stored: [Data] = []
    var channel = Channel.control
    var payloads: [Data] = []
    var answer: (@Sendable (Lease) -> WorkerMessage)?
  }

  static let lies: [Lie] = [
    Lie(testDescription: "results that it has not stored") {
      .finished($0.attempt, result($0.job, absent))
    },
    Lie(testDescription: "masks that are no PNG files, and curves that are none", stored: [noMask])
    {
      .finished($0.attempt, result($0.job, reference(noMask), also: [.curve]))
    },
    Lie(testDescription: "masks of another size", stored: [otherMask]) {
      .finished(
        $0.attempt,
        result($0.job, reference(otherMask), also: $0.job.kind == .train ? [.mask(case: 0)] : []))
    },
    Lie(
      testDescription: "attempts at a job that there is not",
      payloads: (1...100).map { number in
        let job = JobID(digest: Digest(of: Data("no job".utf8)))
        return Wire.encode(WorkerMessage.started(Attempt(job: job, number: number)))
      }),
    Lie(
      testDescription: "bytes that are no message",
      payloads: (1...100).map { Data(repeating: 0xff, count: $0) }),
    Lie(
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

  /// Lies until it is let in no more.
  private func tell(_ lie: Lie, _ liar: Messenger) async throws {
    liar.send(Envelope(channel: .control, payload: Self.join))
    for payload in lie.payloads { liar.send(Envelope(channel: lie.channel, payload: payload)) }
    for await inbound in liar.inbound {
      switch inbound {
      case .refused, .undeliverable, .cutOff: return
      case .message(let envelope):
        guard envelope.channel == .control, let answer = lie.answer else { continue }
        for case .lease(let lease) in try Wire.decodeCoordinatorMessages(envelope.payload) {
          liar.send(Envelope(channel: .control, payload: Wire.encode(answer(lease))))
        }
      }
    }
  }

  /// Does every job, by putting something where its result belongs.
  private func work(_ worker: Messenger, into blobs: BlobFolder) async throws {
    let made = try blobs.put(Self.mask(side: 48))
    worker.send(Envelope(channel: .control, payload: Self.join))
    for await case .message(let envelope) in worker.inbound {
      for message in try Wire.decodeCoordinatorMessages(envelope.payload) {
        switch message {
        case .lease(let lease):
          let message = WorkerMessage.finished(lease.attempt, Self.result(lease.job, made))
          worker.send(Envelope(channel: .control, payload: Wire.encode(message)))
        case .dismiss:
          return worker.send(
            Envelope(channel: .control, payload: Wire.encode(WorkerMessage.leave)))
        default: continue
        }
      }
    }
  }

  @Test(arguments: lies) func isCutOffAloneAndNamed(lie: Lie) async throws {
    let played = try RecordedRun()
    defer { played.remove() }
    let keys = KeyFolder(played.data.file("keys"))
    try keys.generate(workers: ["liar", "honest"], replacing: false)
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"), keys: try keys.coordinatorKeys())
    func messenger(_ name: String) throws -> Messenger {
      try .connecting(to: runtime.endpoint, as: name, keys: try keys.worker(name).workerKeys())
    }
    let (liar, honest) = (try messenger("liar"), try messenger("honest"))
    let (records, journal, plan) = (Records(), MemoryJournal(), played.experiment.plan)
    let directory = played.directory
    async let conclusion = onOwnThread(stoppedBy: runtime.interrupt) {
      try runtime.run(
        plan, in: directory, journal: journal, history: RunHistory(folding: []),
        settings: CoordinatorSettings(),
        display: Silent(), logger: Logger(label: "test") { _ in records },
        now: uptime,
        date: { Date(timeIntervalSince1970: 0) })
    }
    for bytes in lie.stored { try played.directory.blobs.put(bytes) }
    try await tell(lie, liar)
    liar.close()
    try await work(honest, into: played.directory.blobs)
    #expect(try await conclusion.outcome == .finished(discarded: 0))
    honest.close()
    let lines = records.lines.withLock(\.self)
    #expect(lines.contains { $0.hasPrefix("worker liar was disconnected: ") }, "\(lines)")
    #expect(!lines.contains { $0.contains("honest") })
  }
}
