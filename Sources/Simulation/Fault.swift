import Jobs
import Scheduling

/// A kind of fault in a simulated cluster.
public enum Fault: String, CaseIterable, Sendable {
  /// A worker's process is killed.
  case workerDies = "worker dies"
  /// A worker's process is suspended.
  case workerFreezes = "worker freezes"
  /// A worker is asked to leave.
  case workerIsInterrupted = "worker is interrupted"
  /// A worker's clock jumps forwards or back.
  case workersClockJumps = "worker's clock jumps"
  /// A worker cannot write to its disk.
  case workersDiskIsFull = "worker's disk is full"
  /// No message passes between a worker and the coordinator.
  case linkIsCut = "link is cut"
  /// Messages pass in one direction only.
  case linkIsOneWay = "link is one-way"
  /// The link is cut and restored several times.
  case linkFlaps = "link flaps"
  /// The connection breaks, the messages under way are lost, and a new connection follows soon.
  case linkIsReset = "link is reset"
  /// Each message takes seconds to arrive.
  case linkIsSlow = "link is slow"
  /// All links are cut, perhaps for long.
  case networkIsDown = "network is down"
  /// The coordinator's process dies between two of its writes and sends.
  case coordinatorDies = "coordinator dies"
  /// The coordinator's machine dies, and loses everything that was not synced.
  case machineDies = "coordinator's machine dies"
  /// The coordinator's process is suspended.
  case coordinatorFreezes = "coordinator freezes"
  /// The user stops the coordinator, and starts it again later.
  case coordinatorIsInterrupted = "coordinator is interrupted"
  /// The coordinator's clock jumps forwards or back.
  case coordinatorsClockJumps = "coordinator's clock jumps"
  /// Each sync takes seconds.
  case diskIsSlow = "disk is slow"
  /// The journal's next transaction fails, and the coordinator ends.
  case journalFails = "journal cannot be written"
  /// The coordinator's disk takes no more blobs.
  case diskIsFull = "disk is full"
  /// Blobs turn out to be damaged when they are read.
  case blobsAreDamaged = "blobs are damaged"
}

extension SimulatedCluster {
  /// Draws the faults of a run. Each run has only some kinds of faults, so that rare ones are not
  /// always hidden by common ones.
  func planFaults() {
    let kinds = Fault.allCases.filter { _ in random.happens(0.4) }
    crashesRepeatedly = kinds.contains(.machineDies) && random.happens(0.3)
    for _ in 0..<random.number(0...16) {
      if let fault = random.pick(kinds) {
        timeline.add(.faultStrikes(fault), at: .origin + random.seconds(0...Scenario.faultSeconds))
      }
    }
  }

  func strike(_ fault: Fault) throws {
    faults[fault, default: 0] += 1
    let length = random.happens(0.2) ? random.seconds(6...25) : random.seconds(0...6)
    log(.all, line: "\(fault.rawValue) (\(rounded(length)) s)")
    switch fault {
    case .workerDies, .workerFreezes, .workerIsInterrupted, .workersClockJumps, .workersDiskIsFull,
      .linkIsCut,
      .linkIsOneWay, .linkFlaps, .linkIsReset, .linkIsSlow:
      guard let worker = random.pick(workers.indices.filter { workers[$0].isAlive }) else { return }
      log(.worker(worker), line: "that was \(workers[worker].id)")
      try strike(worker, with: fault, for: length)
    case .networkIsDown:
      for worker in workers.indices where workers[worker].isAlive { cut(worker, for: length) }
    case .diskIsSlow: disk.slowUntil = now + length
    case .journalFails: disk.refusesJournal = true
    case .diskIsFull: disk.fullUntil = now + length
    case .blobsAreDamaged: disk.flawedUntil = now + length
    case .coordinatorDies, .machineDies, .coordinatorFreezes, .coordinatorIsInterrupted,
      .coordinatorsClockJumps:
      try strikeCoordinator(with: fault, for: length)
    }
  }

  private func strike(_ worker: Int, with fault: Fault, for length: Duration) throws {
    let process = workers[worker]
    switch fault {
    case .workerDies: killWorker(worker)
    case .workerFreezes: process.frozenUntil = now + length
    case .workerIsInterrupted: try apply(.interrupted, to: worker)
    case .workersClockJumps: process.clock.jump(by: leap())
    case .workersDiskIsFull: try apply(.incapacitated(reason: "no space left"), to: worker)
    case .linkIsCut: cut(worker, for: length)
    case .linkIsOneWay:
      process.link.cut(random.pick(Direction.allCases) ?? .toWorker, until: now + length)
    case .linkFlaps: flap(worker, for: length)
    case .linkIsReset: process.link.reset(until: now + min(length, .seconds(3)))
    case .linkIsSlow: process.link.slowUntil = now + length
    default: break
    }
  }

  private func strikeCoordinator(with fault: Fault, for length: Duration) throws {
    guard let process = coordinator else { return }
    switch fault {
    case .coordinatorDies, .machineDies:
      process.crashAfter = (random.number(0...20), fault == .machineDies)
    case .coordinatorFreezes:
      process.frozenUntil = now + length
      timeline.add(.coordinatorThaws, at: now + length)
    case .coordinatorIsInterrupted: try handle(.interrupted)
    case .coordinatorsClockJumps:
      process.clock.jump(by: leap())
      observer.evidence.coordinatorsClockJumps()
    default: break
    }
  }

  private func cut(_ worker: Int, for length: Duration) {
    for direction in Direction.allCases {
      workers[worker].link.cut(direction, until: now + length)
    }
  }

  private func flap(_ worker: Int, for length: Duration) {
    var start = now
    for _ in 0..<random.number(2...8) {
      let direction = random.pick(Direction.allCases) ?? .toWorker
      let pause = random.seconds(0...1.5)
      timeline.add(.linkIsCut(worker, direction, for: pause), at: start)
      start += pause + random.seconds(0...1)
    }
  }

  private func leap() -> Duration {
    let size: Double = random.pick([1, 10, 1000]) ?? 0
    return random.seconds(-size...size)
  }
}
