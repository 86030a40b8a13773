import Blobs
import Messaging
import Threads
import Wire

/// Reads, encodes and sends chunks of blobs on a background queue, so that the worker's loop can
/// send heartbeats in the meantime.
struct ChunkSender: Sendable {
  private let messenger: Messenger
  private let report: @Sendable (WorkerInput) -> Void
  private let queue = BackgroundQueue("chunks")

  /// Creates a sender that uses the bulk channel of `messenger`.
  ///
  /// - Parameter report: receives an input for each chunk that cannot be read.
  init(_ messenger: Messenger, report: @escaping @Sendable (WorkerInput) -> Void) {
    self.messenger = messenger
    self.report = report
  }

  /// Sends chunks in order, after all chunks of earlier calls.
  func send(_ chunks: [OutgoingChunk]) {
    for chunk in chunks {
      queue.async { [messenger, report] in
        do {
          let payload = Wire.encode(try chunk.message())
          messenger.send(Envelope(channel: .bulk, payload: payload))
        } catch {
          report(.chunkUnreadable(chunk.digest, reason: "\(error)"))
        }
      }
    }
  }
}
