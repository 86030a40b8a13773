import Blobs
import Messaging
import Synchronization
import Threads
import Wire

/// What the coordinator's thread must know of the traffic in blobs.
enum BlobNews: Sendable {
  /// A worker sent what is no message.
  case nonsense(peer: String, WireError)
  /// A worker sent what is not the blob that it announced.
  case falseBlob(peer: String, reason: String)
  /// The disk does not take blobs any more.
  case failed(any Error)
}

/// Talks with the workers about blobs, beside the thread that decides.
///
/// One thread answers and takes chunks, a few wait for the disk, and what has arrived while all of them
/// waited settles together. Only then is a worker told `stored`, and only after that can it name the
/// blob in a message: the order of persist, then send is kept.
final class BlobExchange: Sendable {
  private struct Settling: Sendable {
    let blob: ArrivedBlob
    let peer: String
  }

  private struct Disk {
    var waiting: [Settling] = []
    /// The threads that have nothing to do, by their places.
    var idle: [Int]
  }

  private let folder: BlobFolder
  private let server: Mutex<BlobServer>
  private let disk: Mutex<Disk>
  private let isClosed = Mutex(false)
  private let messenger: Messenger
  private let report: @Sendable (BlobNews) -> Void
  private let talk = BackgroundQueue("blobs")
  /// A disk does several things at once faster than one after the other.
  private let settlers = (0..<4).map { BackgroundQueue("blobs.disk-\($0)") }

  /// - Parameter neighbour: the cache of workers on this machine.
  init(
    _ folder: BlobFolder, neighbour: BlobFolder?, _ messenger: Messenger,
    report: @escaping @Sendable (BlobNews) -> Void
  ) {
    (self.folder, self.messenger, self.report) = (folder, messenger, report)
    server = Mutex(BlobServer(folder, neighbour: neighbour))
    disk = Mutex(Disk(idle: Array(settlers.indices)))
  }

  /// Takes in what concerns blobs; a message counts as unread until it is dealt with.
  func take(_ inbound: [Inbound]) {
    for one in inbound {
      switch one {
      case .message(let envelope) where envelope.channel == .bulk:
        talk.async {
          self.answer(envelope)
          self.messenger.hasRead(Delivery([one]))
        }
      case .undeliverable(let peer, _), .cutOff(let peer, _):
        talk.async { self.server.withLock { $0.forget(peer) } }
      case .message, .refused: break
      }
    }
  }

  /// Ends when what has arrived is on disk; takes nothing more.
  func close() {
    isClosed.withLock { $0 = true }
    talk.sync()
    for settler in settlers { settler.sync() }
  }

  private func answer(_ envelope: Envelope) {
    guard !isClosed.withLock(\.self) else { return }
    let peer = envelope.peer
    do {
      let message = try Wire.decodeBlobMessage(envelope.payload)
      let answers = try server.withLock { server in
        try server.received(message, from: peer) { blob in
          self.settleSoon(Settling(blob: blob, peer: peer))
          return false
        }
      }
      for answer in answers {
        if case .chunk = message, case .rejected(_, let reason) = answer {
          report(.falseBlob(peer: peer, reason: reason))
        }
        send(answer, to: peer)
      }
    } catch let error as WireError {
      report(.nonsense(peer: peer, error))
    } catch {
      report(.failed(error))
    }
  }

  private func settleSoon(_ blob: Settling) {
    let settler = disk.withLock { disk in
      disk.waiting.append(blob)
      return disk.idle.popLast()
    }
    if let settler { settlers[settler].async { self.settle(on: settler) } }
  }

  private func settle(on settler: Int) {
    while case let batch = next(for: settler), !batch.isEmpty {
      do {
        try folder.settle(batch.map(\.blob))
        for one in batch {
          send(server.withLock { $0.settled(one.blob.digest, of: one.peer) }, to: one.peer)
        }
      } catch {
        report(.failed(error))
      }
    }
  }

  /// What waits; where nothing does, the thread is idle.
  private func next(for settler: Int) -> [Settling] {
    disk.withLock { disk in
      defer { disk.waiting = [] }
      if disk.waiting.isEmpty { disk.idle.append(settler) }
      return disk.waiting
    }
  }

  private func send(_ message: BlobMessage, to peer: String) {
    messenger.send(Envelope(peer: peer, channel: .bulk, payload: Wire.encode(message)))
  }
}
