import DequeModule
import Errors
import Foundation
import Jobs
import Wire

/// The worker's side of the transfer of blobs, which fetches blobs and offers its own.
///
/// It repeats unanswered requests, so that a coordinator may be restarted during a transfer.
public struct BlobClient: Sendable {
  /// The end of a transfer.
  public enum Outcome: Hashable, Sendable {
    /// The blob is in the folder.
    case fetched(Digest)
    /// The coordinator has no undamaged copy of the blob, or the received bytes have another
    /// digest.
    case fetchFailed(Digest, reason: String)
    /// The coordinator has the blob on disk.
    case stored(Digest)
    /// The coordinator rejects the blob, or the blob cannot be read here.
    case storeFailed(Digest, reason: String)
    /// The folder cannot be written, for instance because its disk is full. Fetches stay open and
    /// are tried again.
    case folderFailed(reason: String)
  }

  /// The messages, chunks and outcomes that result from a call.
  public struct Step: Sendable {
    /// The messages to send.
    public internal(set) var messages: [BlobMessage] = []
    /// The chunks to read and send, in order. If one cannot be read, call `cannotRead`.
    public internal(set) var chunks: [OutgoingChunk] = []
    /// The transfers that have ended.
    public internal(set) var outcomes: [Outcome] = []
  }

  private struct Fetch {
    var blob: IncomingBlob
    var lastHeard: ContinuousClock.Instant
  }

  /// The largest number of blobs that are fetched at once.
  ///
  /// Four blobs are enough to keep a connection busy. More would use memory in the coordinator,
  /// which sends a window of each blob to each worker.
  public static let maxFetches = 4

  private let folder: BlobFolder
  private let timeout: Duration
  private var outgoing: OutgoingBlobs
  private var fetches: [Digest: Fetch] = [:]
  /// The blobs that wait for their turn to be fetched.
  private var wanted: Deque<Digest> = []
  private var offers = OfferQueue()
  /// The bytes of blobs that are held in memory until their offers end, instead of in the folder.
  private var held: [Digest: Data] = [:]

  /// Creates a client that transfers blobs between `folder` and the coordinator.
  ///
  /// - Parameters:
  ///   - folder: The folder that receives and provides the blobs.
  ///   - timeout: The time without an answer after which a request is repeated.
  public init(_ folder: BlobFolder, timeout: Duration = .seconds(3)) {
    self.folder = folder
    self.timeout = timeout
    outgoing = OutgoingBlobs(folder)
  }

  /// Fetches a blob into the folder, unless the folder has an undamaged copy.
  ///
  /// A blob in the folder is read and checked once, because a power failure may have damaged it.
  public mutating func fetch(_ digest: Digest, at now: ContinuousClock.Instant) -> Step {
    if (try? outgoing.verify(digest)) != nil { return Step(outcomes: [.fetched(digest)]) }
    guard fetches[digest] == nil, !wanted.contains(digest) else { return Step() }
    wanted.append(digest)
    return Step(messages: startFetches(at: now))
  }

  /// Holds the bytes of blobs that `store` will offer, so that they need not be written to the
  /// folder.
  public mutating func hold(_ blobs: [Digest: Data]) { held.merge(blobs) { $1 } }

  /// Drops the held bytes of blobs that are not being offered.
  public mutating func dropUnoffered() { held = held.filter { offers.contains($0.key) } }

  /// Offers the coordinator a blob that is held in memory or that this process has stored in the
  /// folder. A second call repeats the offer.
  ///
  /// The blob is not verified here, because its digest was computed a moment ago and the
  /// coordinator checks it.
  ///
  /// - Throws: `DipperError` of code `blobMissing` if the blob is neither held nor in the folder.
  public mutating func store(
    _ reference: BlobReference, at now: ContinuousClock.Instant
  ) throws -> [BlobMessage] {
    if held[reference.digest] == nil { try outgoing.trust(reference) }
    return offers.append(reference, at: now) ? [.put(reference)] : []
  }

  /// Returns true if the blob is being offered or waits to be offered.
  public func isStoring(_ digest: Digest) -> Bool { offers.contains(digest) }

  /// Processes a message from the coordinator.
  public mutating func received(
    _ message: BlobMessage, at now: ContinuousClock.Instant
  ) -> Step {
    switch message {
    case .chunk(let digest, let offset, let total, let bytes):
      take(bytes, of: digest, at: offset, of: total, at: now)
    case .missing(let digest):
      fail(digest, reason: "the coordinator does not have it", at: now)
    case .proceed(let digest, let offset, let credit):
      send(digest, from: offset, credit: credit, at: now)
    case .stored(let digest):
      end(digest, with: .stored(digest), at: now)
    case .rejected(let digest, let reason):
      end(digest, with: .storeFailed(digest, reason: reason), at: now)
    case .get, .put:
      Step()
    }
  }

  /// Ends the offer of a blob because one of its chunks could not be read.
  public mutating func cannotRead(
    _ digest: Digest, reason: String, at now: ContinuousClock.Instant
  ) -> Step {
    end(digest, with: .storeFailed(digest, reason: reason), at: now)
  }

  /// Returns the requests that had no answer within the timeout and must be sent again.
  public mutating func tick(at now: ContinuousClock.Instant) -> [BlobMessage] {
    let unanswered = fetches.filter { now - $0.value.lastHeard > timeout }.keys.sorted()
    return unanswered.flatMap { request($0, at: now) }
      + offers.takeUnanswered(for: timeout, at: now).map { .put($0) }
  }
}

// MARK: Fetching

extension BlobClient {
  private mutating func startFetches(at now: ContinuousClock.Instant) -> [BlobMessage] {
    var messages: [BlobMessage] = []
    while fetches.count < Self.maxFetches, let digest = wanted.popFirst() {
      fetches[digest] = Fetch(blob: IncomingBlob(digest, into: folder), lastHeard: now)
      messages += request(digest, at: now)
    }
    return messages
  }

  private mutating func request(
    _ digest: Digest, at now: ContinuousClock.Instant
  ) -> [BlobMessage] {
    guard let (offset, credit) = fetches[digest]?.blob.requestWindow() else { return [] }
    fetches[digest]?.lastHeard = now
    return [.get(digest, offset: offset, credit: credit)]
  }

  private mutating func take(
    _ bytes: Data, of digest: Digest, at offset: Int, of total: Int,
    at now: ContinuousClock.Instant
  ) -> Step {
    do {
      let isNext = fetches[digest]?.blob.count == offset
      let step = try fetches[digest]?.blob.take(bytes, at: offset, of: total)
      if isNext { fetches[digest]?.lastHeard = now }
      switch step {
      case .nothing, nil: return Step()
      case .ask(let offset, let credit):
        return Step(messages: [.get(digest, offset: offset, credit: credit)])
      case .complete:
        try complete(BlobReference(digest: digest, size: total))
        return Step(messages: startFetches(at: now), outcomes: [.fetched(digest)])
      }
    } catch let error as DipperError where error.code == .blobStorageFailed {
      return Step(outcomes: [.folderFailed(reason: "\(error)")])
    } catch {
      return fail(digest, reason: "\(error)", wasWanted: true, at: now)
    }
  }

  private mutating func complete(_ reference: BlobReference) throws {
    defer { fetches.removeValue(forKey: reference.digest)?.blob.discard() }
    if let staged = try fetches[reference.digest]?.blob.finish() { try folder.commit([staged]) }
    // The digest was computed while the chunks arrived. If the blob has been removed since, reading
    // it will fail.
    try? outgoing.trust(reference)
  }

  private mutating func fail(
    _ digest: Digest, reason: String, wasWanted: Bool = false, at now: ContinuousClock.Instant
  ) -> Step {
    let fetch = fetches.removeValue(forKey: digest)
    fetch?.blob.discard()
    guard fetch != nil || wasWanted else { return Step() }
    return Step(
      messages: startFetches(at: now), outcomes: [.fetchFailed(digest, reason: reason)])
  }
}

// MARK: Storing

extension BlobClient {
  private mutating func send(
    _ digest: Digest, from offset: Int, credit: Int, at now: ContinuousClock.Instant
  ) -> Step {
    guard offers.isOpen(digest) else { return Step() }
    offers.noteMessage(about: digest, at: now)
    if let bytes = held[digest] {
      return Step(chunks: OutgoingChunk.all(of: digest, in: bytes, from: offset, credit: credit))
    }
    do {
      return Step(chunks: try outgoing.chunks(digest, from: offset, credit: credit))
    } catch {
      return cannotRead(digest, reason: "\(error)", at: now)
    }
  }

  /// Ends an offer and opens the next one.
  private mutating func end(
    _ digest: Digest, with outcome: Outcome, at now: ContinuousClock.Instant
  ) -> Step {
    let (wasOpen, next) = offers.remove(digest, at: now)
    guard wasOpen else { return Step() }
    held[digest] = nil
    return Step(messages: next.map { [.put($0)] } ?? [], outcomes: [outcome])
  }
}
