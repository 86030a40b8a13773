import Foundation
import Jobs
import Wire

/// A worker's end of bulk transfers: it asks for blobs and offers its own, and repeats what stays
/// without an answer, so that a coordinator may be restarted in the middle.
public struct BlobClient: Sendable {
  /// What a transfer ended in.
  public enum Outcome: Hashable, Sendable {
    /// The blob is in the folder.
    case fetched(Digest)
    /// The coordinator does not have it whole.
    case fetchFailed(Digest, reason: String)
    /// The coordinator has it on disk.
    case stored(Digest)
    /// The coordinator will not take it, or it cannot be read here.
    case storeFailed(Digest, reason: String)
    /// The folder takes nothing more: its disk is full, for instance. All that is fetched waits.
    case folderFailed(reason: String)
  }

  /// What there is to do after something has happened.
  public struct Step: Sendable {
    /// To be sent.
    public internal(set) var messages: [BlobMessage] = []
    /// To be read and sent, in order; where one cannot be, the client is to be told by `isUnreadable`.
    public internal(set) var chunks: [OutgoingChunk] = []
    /// What has ended.
    public internal(set) var outcomes: [Outcome] = []
  }

  /// Blobs that are fetched at once: enough to fill a link, and so few that the coordinator, which
  /// sends a window of each, need not hold much for each of many workers.
  public static let mostFetches = 4

  private let folder: BlobFolder
  private let patience: Double
  private var outgoing: OutgoingBlobs
  private var incoming: [Digest: IncomingBlob] = [:]
  /// Blobs that wait for their turn to be fetched.
  private var wanted: [Digest] = []
  private var offers = OfferQueue()
  /// The bytes of blobs that are not in the folder, for as long as they are on offer.
  private var held: [Digest: Data] = [:]

  /// Transfers between `folder` and the coordinator's.
  ///
  /// - Parameter patience: seconds without an answer after which a question is repeated.
  public init(_ folder: BlobFolder, patience: Double = 3) {
    (self.folder, self.patience) = (folder, patience)
    outgoing = OutgoingBlobs(folder)
  }

  /// Wants a blob in the folder, whole: one that is there is read once before it is relied on. Where
  /// a power failure has torn it, no attempt is to fail for that.
  public mutating func fetch(_ digest: Digest, at now: Double) -> Step {
    if (try? outgoing.verify(digest)) != nil { return Step(outcomes: [.fetched(digest)]) }
    guard incoming[digest] == nil, !wanted.contains(digest) else { return Step() }
    wanted.append(digest)
    return Step(messages: askForMore(at: now))
  }

  /// Holds bytes that are about to be stored, so that they need not be in the folder.
  public mutating func hold(_ blobs: [Digest: Data]) { held.merge(blobs) { $1 } }

  /// Drops the bytes that are held and not on their way.
  public mutating func letGo() { held = held.filter { offers.contains($0.key) } }

  /// Wants the coordinator to have a blob that is held, or that this process has put in the folder;
  /// asked again, offers it again. It is not verified before it is sent: its digest was taken a moment
  /// ago, and is checked at the other end.
  ///
  /// - Throws: `BlobError` where it is neither held nor in the folder.
  public mutating func store(_ reference: BlobReference, at now: Double) throws -> [BlobMessage] {
    if held[reference.digest] == nil { try outgoing.trust(reference) }
    return offers.append(reference, at: now) ? [.put(reference)] : []
  }

  /// Whether the blob is on its way to the coordinator, or waits for that.
  public func isStoring(_ digest: Digest) -> Bool { offers.contains(digest) }

  /// Takes an answer in.
  public mutating func received(_ message: BlobMessage, at now: Double) -> Step {
    switch message {
    case .chunk(let digest, let offset, let total, let bytes):
      return take(bytes, of: digest, at: offset, of: total, at: now)
    case .missing(let digest):
      return fail(digest, "the coordinator does not have it", at: now)
    case .proceed(let digest, let offset, let credit):
      return send(digest, from: offset, credit: credit, at: now)
    case .stored(let digest):
      return end(digest, .stored(digest), at: now)
    case .rejected(let digest, let reason):
      return end(digest, .storeFailed(digest, reason: reason), at: now)
    case .get, .put:
      return Step()
    }
  }

  /// A chunk of the blob could not be read to be sent.
  public mutating func isUnreadable(_ digest: Digest, _ reason: String, at now: Double) -> Step {
    end(digest, .storeFailed(digest, reason: reason), at: now)
  }

  /// Repeats every question that has waited too long.
  public mutating func tick(at now: Double) -> [BlobMessage] {
    let unanswered = incoming.filter { now - $0.value.heard > patience }.keys.sorted()
    return unanswered.flatMap { ask($0, at: now) }
      + offers.unheard(for: patience, at: now).map { .put($0) }
  }

  // MARK: fetching

  private mutating func askForMore(at now: Double) -> [BlobMessage] {
    let next = wanted.prefix(max(0, Self.mostFetches - incoming.count))
    wanted.removeFirst(next.count)
    return next.flatMap { digest in
      incoming[digest] = IncomingBlob(digest, into: folder, at: now)
      return ask(digest, at: now)
    }
  }

  private mutating func ask(_ digest: Digest, at now: Double) -> [BlobMessage] {
    guard let (offset, credit) = incoming[digest]?.askAgain(at: now) else { return [] }
    return [.get(digest, offset: offset, credit: credit)]
  }

  private mutating func take(
    _ bytes: Data, of digest: Digest, at offset: Int, of total: Int, at now: Double
  ) -> Step {
    do {
      switch try incoming[digest]?.take(bytes, at: offset, of: total, at: now) {
      case .nothing, nil: return Step()
      case .ask(let offset, let credit):
        return Step(messages: [.get(digest, offset: offset, credit: credit)])
      case .complete:
        try complete(BlobReference(digest: digest, size: total))
        return Step(messages: askForMore(at: now), outcomes: [.fetched(digest)])
      }
    } catch let error as BlobError where error.code == .storage {
      return Step(outcomes: [.folderFailed(reason: "\(error)")])
    } catch {
      return fail(digest, "\(error)", wasWanted: true, at: now)
    }
  }

  private mutating func complete(_ blob: BlobReference) throws {
    defer { incoming.removeValue(forKey: blob.digest)?.discard() }
    if let arrival = try incoming[blob.digest]?.finish() { try folder.settle([arrival]) }
    // Its digest was taken as it came. Where it is gone again, it is missed when it is read.
    try? outgoing.trust(blob)
  }

  private mutating func fail(
    _ digest: Digest, _ reason: String, wasWanted: Bool = false, at now: Double
  ) -> Step {
    let blob = incoming.removeValue(forKey: digest)
    blob?.discard()
    guard blob != nil || wasWanted else { return Step() }
    return Step(messages: askForMore(at: now), outcomes: [.fetchFailed(digest, reason: reason)])
  }

  // MARK: storing

  private mutating func send(
    _ digest: Digest, from offset: Int, credit: Int, at now: Double
  ) -> Step {
    guard offers.isOpen(digest) else { return Step() }
    offers.hear(digest, at: now)
    if let bytes = held[digest] {
      return Step(chunks: OutgoingChunk.all(of: digest, in: bytes, from: offset, credit: credit))
    }
    do {
      return Step(chunks: try outgoing.chunks(digest, from: offset, credit: credit))
    } catch {
      return isUnreadable(digest, "\(error)", at: now)
    }
  }

  /// An offer has come to its end; another may take its place.
  private mutating func end(_ digest: Digest, _ outcome: Outcome, at now: Double) -> Step {
    let (wasOpen, next) = offers.remove(digest, at: now)
    guard wasOpen else { return Step() }
    held[digest] = nil
    return Step(messages: next.map { [.put($0)] } ?? [], outcomes: [outcome])
  }
}
