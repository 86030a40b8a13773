import Foundation
import Jobs
import Scheduling
import TestSupport
import Wire

/// Generates the bytes that attackers send: random bytes, other protocols, and mutated frames and
/// messages of the real protocol. The seed determines every byte.
struct MalformedTraffic {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Returns the bytes of one connection: an opening and `count` frames, nine in ten of them mutated.
  mutating func connection(frames count: Int) -> Data {
    var bytes = opening()
    for _ in 0..<count {
      let frame = frame()
      bytes += generator.chance(0.9) ? generator.mutated(frame, head: 16) : frame
    }
    return bytes
  }

  /// Returns a mutated message of a worker.
  mutating func message() -> Data { generator.mutated(Wire.encode(workerMessage())) }

  /// Returns the first bytes of a ZeroMQ greeting, too few for the other side to answer.
  mutating func halfGreeting() -> Data {
    Data(Self.greeting("CURVE").prefix(Int.random(in: 0...40, using: &generator)))
  }

  private mutating func opening() -> Data {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: Data((0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) })
    case 1: Data("GET / HTTP/1.1\r\nHost: head\r\n\r\n".utf8)
    // The beginning of a TLS handshake.
    case 2: Data([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])
    // ZeroMQ's protocol of version 1, which had neither greeting nor mechanism.
    case 3: Data([0x01, 0x00])
    case 4: Self.greeting("NULL") + Self.ready
    case 5: generator.mutated(Self.greeting("CURVE"))
    default: Self.greeting("CURVE")
    }
  }

  /// Returns a frame of ZeroMQ's protocol: a CurveZMQ HELLO with random keys, or a worker's message
  /// sent as if no encryption were needed.
  private mutating func frame() -> Data {
    guard generator.chance(0.3) else {
      let name = Data(Self.peerName.utf8)
      let payload = Wire.encode(workerMessage())
      return Self.frame(name, flags: 1) + Self.frame(payload, flags: 0)
    }
    var hello = Data("\u{05}HELLO".utf8) + Data([1, 0]) + Data(count: 72)
    hello += Data((0..<120).map { _ in UInt8.random(in: 0...255, using: &generator) })
    return Self.frame(hello, flags: 4)
  }

  private mutating func workerMessage() -> WorkerMessage {
    let attempt = Attempt(job: JobID(digest: generator.digest()), number: 1)
    let description = WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:])
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: return .join(description, holding: [HeldAttempt(attempt: attempt, step: 3)])
    case 1: return .finished(attempt, generator.result())
    case 2: return .checkpoint(attempt, Checkpoint(step: 4, blob: generator.blob()))
    case 3:
      return .progress(attempt, JobProgress(step: 1, total: 2, metrics: generator.metrics()))
    default: return .failed(attempt, JobFailure(message: generator.text(), isTransient: false))
    }
  }

  /// Name under which unauthenticated peers introduce themselves; it must never reach a log.
  static let peerName = "unauthenticated-peer"

  private static let ready = frame(
    Data("\u{05}READY\u{0b}Socket-Type\0\0\0\u{06}DEALER".utf8), flags: 4)

  private static func greeting(_ mechanism: String) -> Data {
    let name = Data(mechanism.utf8)
    return Data([0xff] + [UInt8](repeating: 0, count: 8) + [0x7f, 3, 0]) + name
      + Data(count: 20 - name.count + 32)
  }

  private static func frame(_ body: Data, flags: UInt8) -> Data {
    guard body.count > 255 else { return Data([flags, UInt8(body.count)]) + body }
    let size = (0..<8).reversed().map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) }
    return Data([flags | 2] + size) + body
  }
}
