import Foundation
import Messaging
import Synchronization

/// Connections by the thousand from threads of their own, to both sockets of a coordinator.
final class Attack: Sendable {
  private struct Tally {
    var connections = 0
    var closed = 0
    var running = 0
  }

  private let siege: Siege
  private let ports: [Int]
  private let tally = Mutex(Tally())

  init(_ siege: Siege, on endpoint: Endpoint) {
    self.siege = siege
    ports = [endpoint.port, endpoint.bulk.port]
  }

  var connections: Int { tally.withLock(\.connections) }
  var closed: Int { tally.withLock(\.closed) }
  var isOver: Bool { tally.withLock { $0.running == 0 } }

  func begin() {
    tally.withLock { $0.running = 2 }
    start { $0.holdHalfOpen() }
    start { $0.sendGarbage() }
  }

  private func start(_ work: @escaping @Sendable (Attack) -> Void) {
    Thread.detachNewThread {
      // Attackers are elsewhere: they are not to keep a core from whom they attack.
      var least = sched_param()
      sched_setscheduler(0, 5, &least)  // SCHED_IDLE, which Glibc's module does not show
      work(self)
      self.tally.withLock { $0.running -= 1 }
    }
  }

  /// Opens them all, then waits for the coordinator to close each.
  private func holdHalfOpen() {
    var gibberish = Gibberish(seed: siege.seed)
    let strangers = (0..<siege.halfOpen).compactMap { number -> Stranger? in
      let stranger = Stranger(port: ports[number % 2])
      stranger?.send(gibberish.halfGreeting())
      return stranger
    }
    for stranger in strangers {
      if stranger.waitForEnd() { tally.withLock { $0.closed += 1 } }
      stranger.hangUp()
    }
  }

  private func sendGarbage() {
    var gibberish = Gibberish(seed: siege.seed &+ 1)
    let start = ContinuousClock.now
    var last: [Stranger] = []
    for number in 0..<siege.connections {
      let due = start + .seconds(Double(number) / Double(siege.connectionsPerSecond))
      while ContinuousClock.now < due { usleep(500) }
      guard let stranger = Stranger(port: ports[number % 2]) else { continue }
      stranger.send(gibberish.connection(frames: siege.framesPerConnection))
      tally.withLock { $0.connections += 1 }
      last.append(stranger)
      if last.count > 100 { last.removeFirst().hangUp() }
    }
    for stranger in last { stranger.hangUp() }
  }
}
