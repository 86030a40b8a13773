import Errors
import Foundation
import Jobs
import Scheduling
import SwiftProtobuf

/// Messages to bytes and back. Encoding cannot fail; decoding refuses by a `DipperError` whatever is
/// not exactly a message within `WireLimits`.
public enum Wire {
  /// The version of `dipper.proto`, in every message.
  public static let version: UInt32 = 5

  /// The envelopes of what a worker says at one moment, in order: one, unless it is very much.
  public static func encode(_ messages: [WorkerMessage]) -> [Data] {
    pack(messages, as: ProtoWorkerMessage.init)
  }

  /// The bytes of one thing that a worker says.
  public static func encode(_ message: WorkerMessage) -> Data { encode([message])[0] }

  /// What a worker said: at least one message. Throws `DipperError`.
  public static func decodeWorkerMessages(_ bytes: Data) throws -> [WorkerMessage] {
    let envelope: ProtoWorkerEnvelope = try parse(bytes, limit: WireLimits.workerMessage)
    try check(envelope.version)
    return try Checked.some(envelope.messages, "messages", limit: WireLimits.messages)
      .map { try $0.message() }
  }

  /// The envelopes of what the coordinator says to one worker at one moment, in order: one, unless it
  /// is very much.
  public static func encode(_ messages: [CoordinatorMessage]) -> [Data] {
    pack(messages, as: ProtoCoordinatorMessage.init)
  }

  /// The bytes of one thing that the coordinator says.
  public static func encode(_ message: CoordinatorMessage) -> Data { encode([message])[0] }

  /// What the coordinator said: at least one message. Throws `DipperError`.
  public static func decodeCoordinatorMessages(_ bytes: Data) throws -> [CoordinatorMessage] {
    let envelope: ProtoCoordinatorEnvelope = try parse(bytes, limit: WireLimits.controlMessage)
    try check(envelope.version)
    return try Checked.some(envelope.messages, "messages", limit: WireLimits.messages)
      .map { try $0.message() }
  }

  /// The bytes of a message about blobs; a chunk's bytes must be at most `WireLimits.chunk`.
  public static func encode(_ message: BlobMessage) -> Data {
    serialise(ProtoBlobEnvelope(message))
  }

  /// A message about blobs. Throws `DipperError`.
  public static func decodeBlobMessage(_ bytes: Data) throws -> BlobMessage {
    let envelope: ProtoBlobEnvelope = try parse(bytes, limit: WireLimits.blobMessage)
    try check(envelope.version)
    return try envelope.message()
  }

  /// Messages in as few envelopes as may be. Each is put behind the others as Protocol Buffers define
  /// a repeated field, so none is measured or copied as a part of its envelope.
  private static func pack<Item>(_ messages: [Item], as message: (Item) -> some Message) -> [Data] {
    var packed: [Data] = []
    var current: [UInt8] = versionBytes
    var count = 0
    for item in messages {
      let bytes: [UInt8] = serialise(message(item))
      let isFull =
        count == WireLimits.messages || current.count + bytes.count > WireLimits.envelope
      if isFull, count > 0 {
        packed.append(Data(current))
        (current, count) = (versionBytes, 0)
      }
      current.append(messagesTag)
      appendVariable(bytes.count, to: &current)
      current += bytes
      count += 1
    }
    return count > 0 ? packed + [Data(current)] : packed
  }

  private static let versionBytes: [UInt8] = serialise(ProtoVersion.with { $0.version = version })

  /// Field 2, the messages in both envelopes, of a length that follows.
  private static let messagesTag: UInt8 = 2 << 3 | 2

  /// Seven bits to a byte, the lowest first; the eighth says that more follow.
  private static func appendVariable(_ value: Int, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  static func serialise<Bytes: SwiftProtobufContiguousBytes>(
    _ message: some Message
  ) -> Bytes {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    do {
      return try message.serializedBytes(options: options)
    } catch {
      // Of the library's reasons only one can occur here: more than 2 GiB.
      fatalError("a message that cannot be encoded: \(error)")
    }
  }

  static func parse<Envelope: Message>(_ bytes: Data, limit: Int) throws -> Envelope {
    guard bytes.count <= limit else {
      throw DipperError(
        .messageOutOfLimits, "a message of \(bytes.count) bytes; at most \(limit) are read")
    }
    do {
      return try Envelope(serializedBytes: bytes)
    } catch {
      // What another version means by a field may not parse, its number still does.
      if let other = try? ProtoVersion(serializedBytes: bytes) { try check(other.version) }
      throw DipperError(
        .messageMalformed, "the bytes are no message of this protocol", cause: error)
    }
  }

  private static func check(_ other: UInt32) throws {
    guard other == version else {
      throw DipperError(
        .protocolVersionUnknown,
        "the peer speaks version \(other) of the protocol, this program version \(version); "
          + "start the same release of dipper on all machines")
    }
  }
}
