import Dispatch
import Foundation
import Messaging
import Scheduling
import Wire

/// A worker that behaves, and measures how long the coordinator takes to answer it.
final class GoodWorker {
  private let messenger: Messenger
  private var heard: AsyncStream<Inbound>.Iterator
  private var held: [HeldAttempt] = []

  init(_ besieged: Besieged, _ name: String) throws {
    messenger = try .connecting(
      to: besieged.endpoint, as: name, keys: try besieged.keys.worker(name).workerKeys())
    heard = messenger.inbound.makeAsyncIterator()
  }

  /// Seconds from a question (to join, again) to its answer.
  func roundTrip() async throws -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    let description = WorkerDescription(host: "good", process: 1, credit: 1, fingerprint: [:])
    let question = WorkerMessage.join(description, holding: held)
    messenger.send(Envelope(channel: .control, payload: Wire.encode(question)))
    while let inbound = await heard.next() {
      guard case .message(let envelope) = inbound else { continue }
      let end = DispatchTime.now().uptimeNanoseconds
      let messages = try Wire.decodeCoordinatorMessages(envelope.payload)
      for case .lease(let lease) in messages {
        held.append(HeldAttempt(attempt: lease.attempt, step: 0))
      }
      if messages.contains(where: { if case .welcome = $0 { true } else { false } }) {
        return Double(end - start) / 1e9
      }
    }
    throw SiegeError(description: "the coordinator answers no more")
  }

  /// Round trips, with a pause after each, until `isOver`.
  func roundTrips(until isOver: () -> Bool) async throws -> [Double] {
    var times: [Double] = []
    while !isOver() {
      times.append(try await roundTrip())
      try await Task.sleep(for: .milliseconds(2))
    }
    return times
  }

  /// Says payloads, over and over, at once.
  func say(_ payloads: [Data], times: Int) {
    for _ in 0..<times {
      for payload in payloads { messenger.send(Envelope(channel: .control, payload: payload)) }
    }
  }

  func leave() { messenger.close() }
}
