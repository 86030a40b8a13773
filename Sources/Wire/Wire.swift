import Errors
import Foundation
import Jobs
import Scheduling
import SwiftProtobuf

/// Encodes and decodes messages. Encoding cannot fail. Decoding throws a `DipperError` of the
/// domain `wire` if the bytes are not a message within `WireLimits`.
public enum Wire {
  /// The version of `dipper.proto`, which every envelope contains.
  public static let version: UInt32 = 5

  /// Encodes a worker's messages, in order, in as few envelopes as the limits allow.
  public static func encode(_ messages: [WorkerMessage]) -> [Data] {
    pack(messages, as: ProtoWorkerMessage.init)
  }

  /// Encodes one message from a worker.
  public static func encode(_ message: WorkerMessage) -> Data { encode([message])[0] }

  /// Decodes an envelope from a worker, which holds at least one message.
  ///
  /// - Throws: `DipperError` of the domain `wire`.
  public static func decodeWorkerMessages(_ bytes: Data) throws -> [WorkerMessage] {
    let envelope: ProtoWorkerEnvelope = try parse(bytes, limit: WireLimits.workerMessage)
    try check(envelope.version)
    return try Checked.nonEmpty(envelope.messages, named: "messages", limit: WireLimits.messages)
      .map { try $0.message() }
  }

  /// Encodes the coordinator's messages to one worker, in order, in as few envelopes as the limits
  /// allow.
  public static func encode(_ messages: [CoordinatorMessage]) -> [Data] {
    pack(messages, as: ProtoCoordinatorMessage.init)
  }

  /// Encodes one message from the coordinator.
  public static func encode(_ message: CoordinatorMessage) -> Data { encode([message])[0] }

  /// Decodes an envelope from the coordinator, which holds at least one message.
  ///
  /// - Throws: `DipperError` of the domain `wire`.
  public static func decodeCoordinatorMessages(_ bytes: Data) throws -> [CoordinatorMessage] {
    let envelope: ProtoCoordinatorEnvelope = try parse(bytes, limit: WireLimits.controlMessage)
    try check(envelope.version)
    return try Checked.nonEmpty(envelope.messages, named: "messages", limit: WireLimits.messages)
      .map { try $0.message() }
  }

  /// Encodes a message about blobs. A chunk must have at most `WireLimits.chunk` bytes.
  public static func encode(_ message: BlobMessage) -> Data {
    serialise(ProtoBlobEnvelope(message))
  }

  /// Decodes a message about blobs.
  ///
  /// - Throws: `DipperError` of the domain `wire`.
  public static func decodeBlobMessage(_ bytes: Data) throws -> BlobMessage {
    let envelope: ProtoBlobEnvelope = try parse(bytes, limit: WireLimits.blobMessage)
    try check(envelope.version)
    return try envelope.message()
  }

  /// Packs messages into as few envelopes as the limits allow.
  ///
  /// Each encoded message is appended to the bytes of its envelope in the form that Protocol
  /// Buffers use for a repeated field. So the library need not measure and encode whole envelopes.
  private static func pack<Item>(_ messages: [Item], as message: (Item) -> some Message) -> [Data] {
    var packed: [Data] = []
    var current = versionBytes
    var count = 0
    for item in messages {
      let bytes: [UInt8] = serialise(message(item))
      let isFull =
        count == WireLimits.messages || current.count + bytes.count > WireLimits.envelope
      if isFull, count > 0 {
        packed.append(Data(current))
        current = versionBytes
        count = 0
      }
      current.append(messagesTag)
      appendVariable(bytes.count, to: &current)
      current += bytes
      count += 1
    }
    return count > 0 ? packed + [Data(current)] : packed
  }

  private static let versionBytes: [UInt8] = serialise(ProtoVersion.with { $0.version = version })

  /// The tag of field 2, which holds the messages in both envelopes. The length of a message
  /// follows the tag.
  private static let messagesTag: UInt8 = 2 << 3 | 2

  /// Appends a number as a varint: seven bits per byte, the lowest first. The eighth bit is 1 if
  /// more bytes follow.
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
      // The library fails only for a message of more than 2 GiB.
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
      // A message of another version may not parse, but its version number can still be read.
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
