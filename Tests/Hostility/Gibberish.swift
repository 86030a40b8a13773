import Experiments
import Foundation
import Scheduling
import TestSupport
import Wire

/// What is said to a coordinator by whoever does not know the protocol, or knows it too well.
struct Gibberish {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// The bytes of one connection: an opening and `count` frames, most of them mutated.
  mutating func connection(frames count: Int) -> Data {
    var bytes = opening()
    for _ in 0..<count {
      let frame = frame()
      bytes += generator.chance(0.9) ? generator.mutated(frame, head: 16) : frame
    }
    return bytes
  }

  /// A message of a worker, mutated.
  mutating func message() -> Data { generator.mutated(Wire.encode(workerMessage())) }

  /// The beginning of a greeting, too little to be answered.
  mutating func halfGreeting() -> Data {
    Data(Self.greeting("CURVE").prefix(Int.random(in: 0...40, using: &generator)))
  }

  private mutating func opening() -> Data {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: Data((0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) })
    case 1: Data("GET / HTTP/1.1\r\nHost: head\r\n\r\n".utf8)
    case 2: Data([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])
    // ZeroMQ's protocol of version 1, which had neither greeting nor mechanism.
    case 3: Data([0x01, 0x00])
    case 4: Self.greeting("NULL") + Self.ready
    case 5: generator.mutated(Self.greeting("CURVE"))
    default: Self.greeting("CURVE")
    }
  }

  /// A frame of ZeroMQ's protocol: a greeting of CurveZMQ with random keys, or a worker's message
  /// as if no key were needed.
  private mutating func frame() -> Data {
    guard generator.chance(0.3) else {
      let name = Data("stranger".utf8)
      let payload = Wire.encode(workerMessage())
      return Self.frame(flags: 1, name) + Self.frame(flags: 0, payload)
    }
    var hello = Data("\u{05}HELLO".utf8) + Data([1, 0]) + Data(count: 72)
    hello += Data((0..<120).map { _ in UInt8.random(in: 0...255, using: &generator) })
    return Self.frame(flags: 4, hello)
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

  private static let ready = frame(
    flags: 4, Data("\u{05}READY\u{0b}Socket-Type\0\0\0\u{06}DEALER".utf8))

  private static func greeting(_ mechanism: String) -> Data {
    let name = Data(mechanism.utf8)
    return Data([0xff] + [UInt8](repeating: 0, count: 8) + [0x7f, 3, 0]) + name
      + Data(count: 20 - name.count + 32)
  }

  private static func frame(flags: UInt8, _ body: Data) -> Data {
    guard body.count > 255 else { return Data([flags, UInt8(body.count)]) + body }
    let size = (0..<8).reversed().map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) }
    return Data([flags | 2] + size) + body
  }
}
