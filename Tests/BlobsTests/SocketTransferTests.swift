import Blobs
import Foundation
import Jobs
import Messaging
import TestSupport
import TestTraits
import Testing
import Wire

@Suite("Transfers over sockets", .temporaryFolder) struct SocketTransferTests {
  @Test("heartbeats overtake large blobs that are sent both ways", .timeLimit(.minutes(1)))
  func largeBlobs() async throws {
    let server = try Messenger.serving(Endpoint(parsing: "tcp://127.0.0.1:*"))
    let client = try Messenger.connecting(to: server.endpoint, as: "worker")
    let far = try BlobFolder.temporary("far")
    let near = try BlobFolder.temporary("near")
    let wanted = try far.put(Data(repeating: 1, count: 50_000_000))
    let offered = try near.put(Data(repeating: 2, count: 50_000_000))

    let serving = Task { try await serve(far, through: server) }
    var transfers = BlobClient(near)
    var outcomes: [BlobClient.Outcome] = []
    var beats = 0
    send(transfers.fetch(wanted.digest, at: .now).messages, over: client)
    send(try transfers.store(offered, at: .now), over: client)
    client.send(Envelope(channel: .control, payload: Data("beat".utf8)))
    for await case .message(let envelope) in client.inbound {
      switch envelope.channel {
      case .control:
        beats += 1
        client.send(Envelope(channel: .control, payload: Data("beat".utf8)))
      case .bulk:
        let step = transfers.received(try Wire.decodeBlobMessage(envelope.payload), at: .now)
        send(step.messages + (try step.chunks.map { try $0.message() }), over: client)
        outcomes += step.outcomes
      }
      if outcomes.count == 2 { break }
    }
    #expect(Set(outcomes) == [.fetched(wanted.digest), .stored(offered.digest)])
    #expect(near.size(wanted.digest) == wanted.size && far.size(offered.digest) == offered.size)
    // A heartbeat never waits for more than the chunks of a few turns.
    #expect(beats > 20)
    client.close()
    server.close()
    try await serving.value
  }
}

/// Answers messages about blobs and echoes control messages.
private func serve(_ folder: BlobFolder, through messenger: Messenger) async throws {
  var transfers = BlobServer(folder)
  for await inbound in messenger.inbound {
    guard case .message(let envelope) = inbound else { continue }
    guard envelope.channel == .bulk else {
      messenger.send(envelope)
      continue
    }
    let message = try Wire.decodeBlobMessage(envelope.payload)
    for answer in try transfers.received(message, from: envelope.peer) {
      messenger.send(
        Envelope(peer: envelope.peer, channel: .bulk, payload: Wire.encode(answer)))
    }
  }
}

private func send(_ messages: [BlobMessage], over messenger: Messenger) {
  for message in messages {
    messenger.send(Envelope(channel: .bulk, payload: Wire.encode(message)))
  }
}
