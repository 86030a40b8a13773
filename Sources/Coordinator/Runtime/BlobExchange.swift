import Blobs
import Errors
import Messaging
import Synchronization
import Threads
import Wire

/// An event in the transfer of blobs that the coordinator's thread must handle.
enum BlobExchangeEvent: Sendable {
  /// A worker sent bytes that are not a message.
  case malformed(peer: String, DipperError)
  /// A worker sent bytes that do not have the announced digest.
  case falseBlob(peer: String, reason: String)
  /// A blob could not be written to the disk.
  case failed(any Error)
}

/// Exchanges blobs with the workers on its own threads, so that no disk delays the coordinator's
/// thread.
///
/// One thread handles messages and receives chunks. Four threads commit blobs to the disk, and the
/// blobs that arrive while all four are busy are committed together. A worker receives `stored`
/// only after the commit, and names the blob in a message only after that.
final class BlobExchange: Sendable {
  private struct PendingCommit: Sendable {
    let blob: StagedBlob
    let peer: String
  }

  private struct CommitQueue {
    var pending: [PendingCommit] = []
    /// The indices of the idle committing threads.
    var idle: [Int]
  }

  private let folder: BlobFolder
  private let server: Mutex<BlobServer>
  private let commits: Mutex<CommitQueue>
  private let isClosed = Mutex(false)
  private let messenger: Messenger
  private let report: @Sendable (BlobExchangeEvent) -> Void
  private let replies = BackgroundQueue("blobs")
  /// The threads that commit blobs. A disk finishes several commits at once sooner than one after
  /// another.
  private let committers = (0..<4).map { BackgroundQueue("blobs.disk-\($0)") }

  /// Creates an exchange for the blobs in `folder`.
  ///
  /// - Parameter localCache: the blob cache of workers on this machine, from which blobs are
  /// linked.
  init(
    _ folder: BlobFolder, localCache: BlobFolder?, messenger: Messenger,
    report: @escaping @Sendable (BlobExchangeEvent) -> Void
  ) {
    self.folder = folder
    self.messenger = messenger
    self.report = report
    server = Mutex(BlobServer(folder, localCache: localCache))
    commits = Mutex(CommitQueue(idle: Array(committers.indices)))
  }

  /// Handles the messages about blobs among the inbound ones. Each is marked as read only after it
  /// was handled.
  func take(_ inbound: [Inbound]) {
    for one in inbound {
      switch one {
      case .message(let envelope) where envelope.channel == .bulk:
        replies.async {
          self.answer(envelope)
          self.messenger.markRead(InboundBatch([one]))
        }
      case .undeliverable(let peer, _), .cutOff(let peer, _):
        replies.async { self.server.withLock { $0.forget(peer) } }
      case .message, .refused: break
      }
    }
  }

  /// Ignores all further messages, and returns when every blob that has arrived is on disk.
  func close() {
    isClosed.withLock { $0 = true }
    replies.sync()
    for committer in committers { committer.sync() }
  }

  private func answer(_ envelope: Envelope) {
    guard !isClosed.withLock(\.self) else { return }
    let peer = envelope.peer
    do {
      let message = try Wire.decodeBlobMessage(envelope.payload)
      let answers = try server.withLock { server in
        try server.received(message, from: peer) { blob in
          self.scheduleCommit(PendingCommit(blob: blob, peer: peer))
          return false
        }
      }
      for answer in answers {
        if case .chunk = message, case .rejected(_, let reason) = answer {
          report(.falseBlob(peer: peer, reason: reason))
        }
        send(answer, to: peer)
      }
    } catch let error as DipperError where error.domain == .wire {
      report(.malformed(peer: peer, error))
    } catch {
      report(.failed(error))
    }
  }

  private func scheduleCommit(_ commit: PendingCommit) {
    let committer = commits.withLock { queue in
      queue.pending.append(commit)
      return queue.idle.popLast()
    }
    if let committer { committers[committer].async { self.commitAll(on: committer) } }
  }

  private func commitAll(on committer: Int) {
    while case let batch = nextBatch(for: committer), !batch.isEmpty {
      do {
        try folder.commit(batch.map(\.blob))
        for one in batch {
          send(server.withLock { $0.committed(one.blob.digest, from: one.peer) }, to: one.peer)
        }
      } catch {
        report(.failed(error))
      }
    }
  }

  /// Returns all pending commits. If there are none, the thread becomes idle.
  private func nextBatch(for committer: Int) -> [PendingCommit] {
    commits.withLock { queue in
      defer { queue.pending = [] }
      if queue.pending.isEmpty { queue.idle.append(committer) }
      return queue.pending
    }
  }

  private func send(_ message: BlobMessage, to peer: String) {
    messenger.send(Envelope(peer: peer, channel: .bulk, payload: Wire.encode(message)))
  }
}
