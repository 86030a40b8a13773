import Foundation
import Messaging
import Synchronization

/// Opens the scenario's unauthenticated connections to both sockets of a coordinator, from threads
/// of its own.
final class AttackTraffic: Sendable {
  private struct Progress {
    var connections = 0
    var closed = 0
    var runningThreads = 0
  }

  private let scenario: AttackScenario
  private let ports: [Int]
  private let progress = Mutex(Progress())

  init(_ scenario: AttackScenario, target endpoint: Endpoint) {
    self.scenario = scenario
    ports = [endpoint.port, endpoint.bulk.port]
  }

  /// Number of garbage connections that were accepted so far.
  var connections: Int { progress.withLock(\.connections) }
  /// Number of half-open connections that the coordinator has closed so far.
  var closed: Int { progress.withLock(\.closed) }
  var isOver: Bool { progress.withLock { $0.runningThreads == 0 } }

  /// Starts both attacks and returns at once; `isOver` is true when both have ended.
  func begin() {
    progress.withLock { $0.runningThreads = 2 }
    start { $0.holdHalfOpen() }
    start { $0.sendGarbage() }
  }

  private func start(_ attack: @escaping @Sendable (AttackTraffic) -> Void) {
    Thread.detachNewThread {
      // Real attackers run on other machines, so these threads get a core only when it is idle.
      var priority = sched_param()
      sched_setscheduler(0, 5, &priority)  // SCHED_IDLE, which Glibc's module does not define
      attack(self)
      self.progress.withLock { $0.runningThreads -= 1 }
    }
  }

  /// Opens all half-open connections, then waits for the coordinator to close each of them.
  private func holdHalfOpen() {
    var traffic = MalformedTraffic(seed: scenario.seed)
    let connections = (0..<scenario.halfOpen).compactMap { number -> RawConnection? in
      let connection = RawConnection(port: ports[number % 2])
      connection?.send(traffic.halfGreeting())
      return connection
    }
    for connection in connections {
      if connection.waitForEnd() { progress.withLock { $0.closed += 1 } }
      connection.hangUp()
    }
  }

  private func sendGarbage() {
    var traffic = MalformedTraffic(seed: scenario.seed &+ 1)
    let start = ContinuousClock.now
    var open: [RawConnection] = []
    for number in 0..<scenario.connections {
      let due = start + .seconds(1) * number / scenario.connectionsPerSecond
      while ContinuousClock.now < due { usleep(500) }
      guard let connection = RawConnection(port: ports[number % 2]) else { continue }
      connection.send(traffic.connection(frames: scenario.framesPerConnection))
      progress.withLock { $0.connections += 1 }
      open.append(connection)
      if open.count > 100 { open.removeFirst().hangUp() }
    }
    for connection in open { connection.hangUp() }
  }
}
