import Blobs
import Foundation
import Jobs
import Messaging
import Scheduling
import TestSupport
import Testing
import Wire

/// A coordinator whose decisions a test makes, with real sockets and real blobs.
struct ScriptedCoordinator {
  static let terms = LeaseTerms(heartbeat: .milliseconds(200), lease: .seconds(60))

  let messenger: Messenger
  let blobs: BlobFolder
  private var transfers: BlobServer
  private var inbound: AsyncStream<Inbound>.Iterator
  /// Messages that arrived in one envelope with the last expected one.
  private var unread: ArraySlice<WorkerMessage> = []
  /// Name of the worker once it has joined.
  private(set) var worker = ""

  init(blobs folder: URL, at endpoint: Endpoint? = nil) throws {
    messenger = try .serving(try endpoint ?? Endpoint(parsing: "tcp://127.0.0.1:*"))
    blobs = try BlobFolder(at: folder)
    transfers = BlobServer(blobs)
    inbound = messenger.inbound.makeAsyncIterator()
  }

  func send(_ message: CoordinatorMessage) { send(Wire.encode(message)) }

  func send(_ payload: Data) {
    messenger.send(Envelope(peer: worker, channel: .control, payload: payload))
  }

  /// Serves blobs until the worker sends a message for which `match` returns a value.
  mutating func expect<Value>(_ match: (WorkerMessage) -> Value?) async throws -> Value {
    if let value = read(match) { return value }
    while let inbound = await inbound.next() {
      guard case .message(let envelope) = inbound else { continue }
      worker = envelope.peer
      switch envelope.channel {
      case .bulk: try serve(envelope)
      case .control:
        unread += try Wire.decodeWorkerMessages(envelope.payload)
        if let value = read(match) { return value }
      }
    }
    throw CancellationError()
  }

  private mutating func read<Value>(_ match: (WorkerMessage) -> Value?) -> Value? {
    while let message = unread.popFirst() { if let value = match(message) { return value } }
    return nil
  }

  private mutating func serve(_ envelope: Envelope) throws {
    let message = try Wire.decodeBlobMessage(envelope.payload)
    for answer in try transfers.received(message, from: envelope.peer) {
      messenger.send(
        Envelope(peer: envelope.peer, channel: .bulk, payload: Wire.encode(answer)))
    }
  }

  // MARK: - Usual steps

  /// Waits for the worker to join and welcomes it.
  ///
  /// - Returns: the attempts that it holds.
  @discardableResult
  mutating func welcome() async throws -> [HeldAttempt] {
    let holding = try await expect { if case .join(_, let holding) = $0 { holding } else { nil } }
    send(.welcome(Self.terms))
    return holding
  }

  /// Dismisses the worker and waits for its last message.
  mutating func dismiss() async throws {
    send(.dismiss)
    try await expect { $0 == .leave ? () : nil }
  }

  /// Waits until the worker reports that an attempt has started or made progress.
  @discardableResult
  mutating func running() async throws -> Attempt {
    try await expect {
      switch $0 {
      case .started(let attempt), .progress(let attempt, _): attempt
      default: nil
      }
    }
  }

  /// Waits for a checkpoint.
  mutating func checkpoint() async throws -> Checkpoint {
    try await expect { if case .checkpoint(_, let checkpoint) = $0 { checkpoint } else { nil } }
  }

  /// Waits for a result and acknowledges it.
  mutating func finished() async throws -> JobResult {
    let (attempt, result) = try await expect { message -> (Attempt, JobResult)? in
      if case .finished(let attempt, let result) = message { (attempt, result) } else { nil }
    }
    send(.acknowledged(attempt))
    return result
  }

  /// Waits for a failure and acknowledges it.
  mutating func failed() async throws -> JobFailure {
    let (attempt, failure) = try await expect { message -> (Attempt, JobFailure)? in
      if case .failed(let attempt, let failure) = message { (attempt, failure) } else { nil }
    }
    send(.acknowledged(attempt))
    return failure
  }

  /// Returns a lease of a job with one case, whose image consists of the characters of `image`, and
  /// stores the case's blobs.
  func lease(
    _ image: String, attempt number: Int = 1, from checkpoint: Checkpoint? = nil
  ) throws -> Lease {
    let input = CaseInput(
      image: try blobs.put(Data(image.utf8)).digest,
      markers: try blobs.put(Data("markers".utf8)).digest)
    let job = Job.example(.solve, inputs: [input])
    return Lease(
      attempt: Attempt(job: job.id, number: number), job: job, label: "test \(image)",
      checkpoint: checkpoint, weights: nil)
  }
}
