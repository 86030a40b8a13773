import Experiments
import Foundation
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

  /// What to send, and what has ended.
  public typealias Step = (messages: [BlobMessage], outcomes: [Outcome])

  private struct Offer {
    var reference: BlobReference
    var heard: Double
  }

  private let folder: BlobFolder
  private let patience: Double
  private var outgoing: OutgoingBlobs
  private var incoming: [Digest: IncomingBlob] = [:]
  private var offers: [Digest: Offer] = [:]

  /// Transfers between `folder` and the coordinator's.
  ///
  /// - Parameter patience: seconds without an answer after which a question is repeated.
  public init(_ folder: BlobFolder, patience: Double = 3) {
    (self.folder, self.patience) = (folder, patience)
    outgoing = OutgoingBlobs(folder)
  }

  /// Wants a blob in the folder.
  public mutating func fetch(_ digest: Digest, at now: Double) -> Step {
    guard !folder.contains(digest) else { return ([], [.fetched(digest)]) }
    guard incoming[digest] == nil else { return ([], []) }
    incoming[digest] = IncomingBlob(digest, into: folder, at: now)
    return (ask(digest, at: now), [])
  }

  /// Wants the coordinator to have a blob of the folder; asked again, offers it again.
  ///
  /// - Throws: `BlobError` where the folder does not hold it whole.
  public mutating func store(_ reference: BlobReference, at now: Double) throws -> [BlobMessage] {
    _ = try outgoing.verify(reference.digest)
    offers[reference.digest] = Offer(reference: reference, heard: now)
    return [.put(reference)]
  }

  /// Whether the blob is on its way to the coordinator.
  public func isStoring(_ digest: Digest) -> Bool { offers[digest] != nil }

  /// Takes an answer in.
  public mutating func received(_ message: BlobMessage, at now: Double) -> Step {
    switch message {
    case .chunk(let digest, let offset, let total, let bytes):
      return take(bytes, of: digest, at: offset, of: total, at: now)
    case .missing(let digest):
      return fail(digest, "the coordinator does not have it")
    case .proceed(let digest, let offset, let credit):
      return send(digest, from: offset, credit: credit, at: now)
    case .stored(let digest):
      return ([], offers.removeValue(forKey: digest) == nil ? [] : [.stored(digest)])
    case .rejected(let digest, let reason):
      return withdraw(digest, reason)
    case .get, .put:
      return ([], [])
    }
  }

  /// Repeats every question that has waited too long.
  public mutating func tick(at now: Double) -> [BlobMessage] {
    let unanswered = incoming.filter { now - $0.value.heard > patience }.keys.sorted()
    let unheard = offers.filter { now - $0.value.heard > patience }.keys.sorted()
    return unanswered.flatMap { ask($0, at: now) }
      + unheard.compactMap { digest in
        offers[digest]?.heard = now
        return offers[digest].map { .put($0.reference) }
      }
  }

  // MARK: fetching

  private mutating func ask(_ digest: Digest, at now: Double) -> [BlobMessage] {
    guard let (offset, credit) = incoming[digest]?.askAgain(at: now) else { return [] }
    return [.get(digest, offset: offset, credit: credit)]
  }

  private mutating func take(
    _ bytes: Data, of digest: Digest, at offset: Int, of total: Int, at now: Double
  ) -> Step {
    do {
      switch try incoming[digest]?.take(bytes, at: offset, of: total, at: now) {
      case .nothing, nil: return ([], [])
      case .ask(let offset, let credit): return ([.get(digest, offset: offset, credit: credit)], [])
      case .complete:
        try incoming.removeValue(forKey: digest)?.finish()
        return ([], [.fetched(digest)])
      }
    } catch let error as BlobError where error.code == .storage {
      return ([], [.folderFailed(reason: "\(error)")])
    } catch {
      return fail(digest, "\(error)", wasWanted: true)
    }
  }

  private mutating func fail(_ digest: Digest, _ reason: String, wasWanted: Bool = false) -> Step {
    let blob = incoming.removeValue(forKey: digest)
    blob?.discard()
    guard blob != nil || wasWanted else { return ([], []) }
    return ([], [.fetchFailed(digest, reason: reason)])
  }

  // MARK: storing

  private mutating func send(
    _ digest: Digest, from offset: Int, credit: Int, at now: Double
  ) -> Step {
    guard offers[digest] != nil else { return ([], []) }
    offers[digest]?.heard = now
    do { return (try outgoing.chunks(digest, from: offset, credit: credit), []) } catch {
      return withdraw(digest, "\(error)")
    }
  }

  private mutating func withdraw(_ digest: Digest, _ reason: String) -> Step {
    guard offers.removeValue(forKey: digest) != nil else { return ([], []) }
    return ([], [.storeFailed(digest, reason: reason)])
  }
}
