import Errors
import Foundation
import Messaging
import Scheduling
import Wire

/// A worker that follows the protocol and measures how long the coordinator takes to answer.
final class HonestWorker {
  private let messenger: Messenger
  private var inbound: AsyncStream<Inbound>.Iterator
  private var held: [HeldAttempt] = []

  init(_ coordinator: TargetCoordinator, name: String) throws {
    messenger = try .connecting(
      to: coordinator.endpoint, as: name, keys: try coordinator.keys.worker(name).workerKeys())
    inbound = messenger.inbound.makeAsyncIterator()
  }

  /// Joins (again) and waits for the coordinator's welcome.
  ///
  /// - Returns: the time from the message to its answer.
  func roundTrip() async throws -> Duration {
    let start = ContinuousClock.now
    let description = WorkerDescription(host: "honest", process: 1, credit: 1, fingerprint: [:])
    let join = WorkerMessage.join(description, holding: held)
    messenger.send(Envelope(channel: .control, payload: Wire.encode(join)))
    while let inbound = await inbound.next() {
      guard case .message(let envelope) = inbound else { continue }
      let time = ContinuousClock.now - start
      let messages = try Wire.decodeCoordinatorMessages(envelope.payload)
      for case .lease(let lease) in messages {
        held.append(HeldAttempt(attempt: lease.attempt, step: 0))
      }
      if messages.contains(where: { if case .welcome = $0 { true } else { false } }) {
        return time
      }
    }
    throw DipperError(.attackFailed, "the coordinator no longer answers an honest worker")
  }

  /// Measures round trips, with a pause after each, until `isOver` returns true.
  func roundTrips(until isOver: () -> Bool) async throws -> [Duration] {
    var times: [Duration] = []
    while !isOver() {
      times.append(try await roundTrip())
      try await Task.sleep(for: .milliseconds(2))
    }
    return times
  }

  /// Sends all payloads `times` times without waiting for anything.
  func send(_ payloads: [Data], times: Int) {
    for _ in 0..<times {
      for payload in payloads { messenger.send(Envelope(channel: .control, payload: payload)) }
    }
  }

  func leave() { messenger.close() }
}
