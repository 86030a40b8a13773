import Errors
import Foundation
import Jobs

extension ProtoBlobEnvelope {
  init(_ message: BlobMessage) {
    version = Wire.version
    switch message {
    case .get(let digest, let offset, let credit):
      get = Demand(digest, offset: offset, credit: credit)
    case .chunk(let digest, let offset, let total, let bytes):
      chunk.digest = digest.bytes
      chunk.offset = UInt64(clamping: offset)
      chunk.total = UInt64(clamping: total)
      chunk.bytes = bytes
    case .missing(let digest): missing = digest.bytes
    case .put(let reference): put = ProtoBlob(reference)
    case .proceed(let digest, let offset, let credit):
      proceed = Demand(digest, offset: offset, credit: credit)
    case .stored(let digest): stored = digest.bytes
    case .rejected(let digest, let reason):
      rejected.digest = digest.bytes
      rejected.reason = reason.cut(to: WireLimits.text)
    }
  }

  func message() throws -> BlobMessage {
    switch body {
    case .get(let demand):
      let (digest, offset, credit) = try demand.value()
      return .get(digest, offset: offset, credit: credit)
    case .chunk(let chunk): return try chunk.message()
    case .missing(let digest):
      return .missing(try Checked.digest(digest, named: "the missing blob"))
    case .put(let blob): return .put(try blob.value())
    case .proceed(let demand):
      let (digest, offset, credit) = try demand.value()
      return .proceed(digest, offset: offset, credit: credit)
    case .stored(let digest): return .stored(try Checked.digest(digest, named: "the stored blob"))
    case .rejected(let rejection): return try rejection.message()
    case nil: throw DipperError(.messageMalformed, "a message about blobs that says nothing")
    }
  }
}

extension ProtoBlobEnvelope.Demand {
  init(_ blob: Digest, offset: Int, credit: Int) {
    digest = blob.bytes
    self.offset = UInt64(clamping: offset)
    self.credit = UInt64(clamping: credit)
  }

  func value() throws -> (Digest, offset: Int, credit: Int) {
    (
      try Checked.digest(digest, named: "the blob's digest"),
      try Checked.integer(offset, named: "the offset", in: 0...WireLimits.blob),
      try Checked.integer(credit, named: "the credit", in: 1...WireLimits.credit)
    )
  }
}

extension ProtoBlobEnvelope.Chunk {
  func message() throws -> BlobMessage {
    guard bytes.count <= WireLimits.chunk else {
      throw DipperError(
        .messageOutOfLimits, "a chunk of \(bytes.count) bytes; at most \(WireLimits.chunk) are read"
      )
    }
    let total = try Checked.integer(total, named: "the blob's size", in: 0...WireLimits.blob)
    let offset = try Checked.integer(offset, named: "the chunk's offset", in: 0...total)
    guard bytes.count <= total - offset, !bytes.isEmpty || total == 0 else {
      throw DipperError(
        .messageOutOfLimits, "\(bytes.count) bytes at \(offset) are no chunk of a blob of \(total)")
    }
    return .chunk(
      try Checked.digest(digest, named: "the blob's digest"), offset: offset, total: total,
      bytes: bytes)
  }
}

extension ProtoBlobEnvelope.Rejection {
  func message() throws -> BlobMessage {
    .rejected(
      try Checked.digest(digest, named: "the rejected blob"),
      reason: try Checked.text(reason, named: "the reason", limit: WireLimits.text))
  }
}
