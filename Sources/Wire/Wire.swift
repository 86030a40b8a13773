import Experiments
import Foundation
import Scheduling
import SwiftProtobuf

/// Messages to bytes and back. Encoding cannot fail; decoding refuses by a `WireError` whatever is
/// not exactly a message within `WireLimits`.
public enum Wire {
  /// The version of `dipper.proto`, in every message.
  public static let version: UInt32 = 3

  /// The bytes of what a worker says.
  public static func encode(_ message: WorkerMessage) -> Data {
    serialise(ProtoWorkerEnvelope(message))
  }

  /// What a worker said. Throws `WireError`.
  public static func decodeWorkerMessage(_ bytes: Data) throws -> WorkerMessage {
    let envelope: ProtoWorkerEnvelope = try parse(bytes, limit: WireLimits.controlMessage)
    try check(envelope.version)
    return try envelope.message()
  }

  /// The bytes of what the coordinator says.
  public static func encode(_ message: CoordinatorMessage) -> Data {
    serialise(ProtoCoordinatorEnvelope(message))
  }

  /// What the coordinator said. Throws `WireError`.
  public static func decodeCoordinatorMessage(_ bytes: Data) throws -> CoordinatorMessage {
    let envelope: ProtoCoordinatorEnvelope = try parse(bytes, limit: WireLimits.controlMessage)
    try check(envelope.version)
    return try envelope.message()
  }

  /// The bytes of a message about blobs; a chunk's bytes must be at most `WireLimits.chunk`.
  public static func encode(_ message: BlobMessage) -> Data {
    serialise(ProtoBlobEnvelope(message))
  }

  /// A message about blobs. Throws `WireError`.
  public static func decodeBlobMessage(_ bytes: Data) throws -> BlobMessage {
    let envelope: ProtoBlobEnvelope = try parse(bytes, limit: WireLimits.blobMessage)
    try check(envelope.version)
    return try envelope.message()
  }

  private static func serialise(_ envelope: some Message) -> Data {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    do {
      return try envelope.serializedBytes(options: options)
    } catch {
      // Of the library's reasons only one can occur here: more than 2 GiB.
      fatalError("a message that cannot be encoded: \(error)")
    }
  }

  private static func parse<Envelope: Message>(_ bytes: Data, limit: Int) throws -> Envelope {
    guard bytes.count <= limit else {
      throw WireError(.limit, "a message of \(bytes.count) bytes; at most \(limit) are read")
    }
    do {
      return try Envelope(serializedBytes: bytes)
    } catch {
      // What another version means by a field may not parse, its number still does.
      if let other = try? ProtoVersion(serializedBytes: bytes) { try check(other.version) }
      throw WireError(.malformed, "the bytes are no message of this protocol", cause: error)
    }
  }

  private static func check(_ other: UInt32) throws {
    guard other == version else {
      throw WireError(
        .version,
        "the peer speaks version \(other) of the protocol, this program version \(version); "
          + "start the same release of dipper on all machines")
    }
  }
}
