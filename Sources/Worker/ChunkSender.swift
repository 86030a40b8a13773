import Blobs
import Messaging
import Threads
import Wire

/// Reads, encodes and sends what the coordinator takes of blobs, beside the thread that decides: that one
/// says meanwhile that the worker is alive.
struct ChunkSender: Sendable {
  private let messenger: Messenger
  private let report: @Sendable (Occurrence) -> Void
  private let queue = BackgroundQueue("chunks")

  /// - Parameter report: told of chunks that cannot be read.
  init(_ messenger: Messenger, report: @escaping @Sendable (Occurrence) -> Void) {
    (self.messenger, self.report) = (messenger, report)
  }

  /// Sends these chunks after all that came before.
  func send(_ chunks: [OutgoingChunk]) {
    for chunk in chunks {
      queue.async { [messenger, report] in
        do {
          let payload = Wire.encode(try chunk.message())
          messenger.send(Envelope(channel: .bulk, payload: payload))
        } catch {
          report(.isUnreadable(chunk.digest, reason: "\(error)"))
        }
      }
    }
  }
}
