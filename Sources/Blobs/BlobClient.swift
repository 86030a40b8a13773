import Experiments
import Foundation
import Wire

/// A worker's end of bulk transfers, as a state machine: it asks for blobs and offers its own, and
/// repeats what stays without an answer.
public struct BlobClient: Sendable {
  /// What a transfer ended in.
  public enum Outcome: Hashable, Sendable {
    /// The blob is in the folder.
    case fetched(Digest)
    /// The coordinator does not have it, or sends other bytes.
    case fetchFailed(Digest, reason: String)
    /// The coordinator has it on disk.
    case stored(Digest)
    /// The coordinator will not take it.
    case storeFailed(Digest, reason: String)
  }

  /// Chunks on their way to us at once.
  public static let credit = 4
  private let blobs: BlobFolder
  private let patience: Double
  private var incoming: [Digest: Incoming] = [:]
  private var offers: [Digest: Offer] = [:]

  private struct Incoming {
    var bytes = Data()
    var askedUpTo = 0
    var heard: Double
  }

  private struct Offer {
    var reference: BlobReference
    var bytes: Data
    var heard: Double
  }

  /// - Parameter patience: seconds without an answer after which a question is repeated.
  public init(_ blobs: BlobFolder, patience: Double = 3) {
    (self.blobs, self.patience) = (blobs, patience)
  }

  /// Wants a blob in the folder.
  public mutating func fetch(_ digest: Digest, at now: Double) -> (
    messages: [BlobMessage], outcomes: [Outcome]
  ) {
    guard !blobs.contains(digest) else { return ([], [.fetched(digest)]) }
    guard incoming[digest] == nil else { return ([], []) }
    incoming[digest] = Incoming(heard: now)
    return ([ask(digest)], [])
  }

  /// Wants the coordinator to have a blob of the folder.
  ///
  /// - Throws: `BlobError` where the folder does not hold it.
  public mutating func store(_ reference: BlobReference, at now: Double) throws -> [BlobMessage] {
    guard offers[reference.digest] == nil else { return [] }
    let bytes = try blobs.get(reference.digest)
    offers[reference.digest] = Offer(reference: reference, bytes: bytes, heard: now)
    return [.put(reference)]
  }

  /// Whether the blob is on its way to the coordinator.
  public func isStoring(_ digest: Digest) -> Bool { offers[digest] != nil }

  /// Takes an answer in.
  public mutating func received(_ message: BlobMessage, at now: Double) -> (
    messages: [BlobMessage], outcomes: [Outcome]
  ) {
    switch message {
    case .chunk(let digest, let offset, let total, let bytes):
      return gathered(digest, offset, total, bytes, at: now)
    case .missing(let digest):
      guard incoming.removeValue(forKey: digest) != nil else { return ([], []) }
      return ([], [.fetchFailed(digest, reason: "the coordinator does not have it")])
    case .proceed(let digest, let offset, let credit):
      guard let offer = offers[digest], offset <= offer.bytes.count else { return ([], []) }
      offers[digest]?.heard = now
      return (proceed(offer, offset, credit), [])
    case .stored(let digest):
      guard offers.removeValue(forKey: digest) != nil else { return ([], []) }
      return ([], [.stored(digest)])
    case .rejected(let digest, let reason):
      guard offers.removeValue(forKey: digest) != nil else { return ([], []) }
      return ([], [.storeFailed(digest, reason: reason)])
    case .get, .put:
      return ([], [])
    }
  }

  /// Repeats every question that has waited too long: the coordinator may have been restarted.
  public mutating func tick(at now: Double) -> [BlobMessage] {
    var messages: [BlobMessage] = []
    for digest in incoming.keys where now - (incoming[digest]?.heard ?? now) > patience {
      incoming[digest]?.heard = now
      messages.append(ask(digest))
    }
    for (digest, offer) in offers where now - offer.heard > patience {
      offers[digest]?.heard = now
      messages.append(.put(offer.reference))
    }
    return messages
  }

  private mutating func ask(_ digest: Digest) -> BlobMessage {
    let offset = incoming[digest]?.bytes.count ?? 0
    incoming[digest]?.askedUpTo = offset + Self.credit * WireLimits.chunk
    return .get(digest, offset: offset, credit: Self.credit)
  }

  /// A first answer allows several chunks; each later one, sent per chunk, one more.
  private func proceed(_ offer: Offer, _ offset: Int, _ credit: Int) -> [BlobMessage] {
    let ahead = credit == 1 ? offset + (BlobServer.credit - 1) * WireLimits.chunk : offset
    guard ahead < offer.bytes.count || (offset == 0 && offer.bytes.isEmpty) else { return [] }
    return outgoing(offer.reference.digest, offer.bytes, from: ahead, credit: credit)
  }

  private mutating func gathered(
    _ digest: Digest, _ offset: Int, _ total: Int, _ bytes: Data, at now: Double
  ) -> (messages: [BlobMessage], outcomes: [Outcome]) {
    guard let have = incoming[digest]?.bytes.count, offset == have else { return ([], []) }
    incoming[digest]?.bytes.append(bytes)
    incoming[digest]?.heard = now
    let count = have + bytes.count
    guard count >= total else {
      let isDue = count >= (incoming[digest]?.askedUpTo ?? 0)
      return (isDue ? [ask(digest)] : [], [])
    }
    let whole = incoming.removeValue(forKey: digest)?.bytes ?? Data()
    guard Digest(of: whole) == digest else {
      return ([], [.fetchFailed(digest, reason: "the bytes that came have another digest")])
    }
    do { try blobs.put(whole) } catch { return ([], [.fetchFailed(digest, reason: "\(error)")]) }
    return ([], [.fetched(digest)])
  }
}
