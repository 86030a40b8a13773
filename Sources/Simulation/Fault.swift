import Jobs
import Scheduling

/// What goes wrong in a simulated cluster.
public enum Fault: String, CaseIterable, Sendable {
  /// A worker's process is killed.
  case workerDies = "worker dies"
  /// A worker's process stands still.
  case workerFreezes = "worker freezes"
  /// A worker is asked to leave.
  case workerIsInterrupted = "worker is interrupted"
  /// A worker's clock jumps forwards or back.
  case workersClockJumps = "worker's clock jumps"
  /// A worker cannot write to its disk.
  case workersDiskIsFull = "worker's disk is full"
  /// Nothing passes between a worker and the coordinator.
  case linkIsCut = "link is cut"
  /// Only one direction passes.
  case linkIsOneWay = "link is one-way"
  /// The link comes and goes.
  case linkFlaps = "link flaps"
  /// The connection breaks, with what is under way, and is soon made again.
  case linkIsReset = "link is reset"
  /// Messages take seconds.
  case linkIsSlow = "link is slow"
  /// Every worker is cut off, perhaps for long.
  case networkIsDown = "network is down"
  /// The coordinator's process dies between two of its writes and sends.
  case coordinatorDies = "coordinator dies"
  /// Its machine does, with what was not synced.
  case machineDies = "coordinator's machine dies"
  /// The coordinator's process stands still.
  case coordinatorFreezes = "coordinator freezes"
  /// The user stops the coordinator, and starts it again later.
  case coordinatorIsInterrupted = "coordinator is interrupted"
  /// The coordinator's clock jumps forwards or back.
  case coordinatorsClockJumps = "coordinator's clock jumps"
  /// Each sync takes seconds.
  case diskIsSlow = "disk is slow"
  /// The journal's next transaction fails, and the coordinator ends.
  case journalFails = "journal cannot be written"
  /// No blob can be stored.
  case diskIsFull = "disk is full"
  /// Blobs prove damaged on being read.
  case blobsAreDamaged = "blobs are damaged"
}

extension SimulatedCluster {
  /// Draws what will go wrong: in each run only some kinds of faults, so that rare ones are not
  /// always drowned by common ones.
  func planFaults() {
    let kinds = Fault.allCases.filter { _ in chance.happens(0.4) }
    relapses = kinds.contains(.machineDies) && chance.happens(0.3)
    for _ in 0..<chance.number(0...16) {
      if let fault = chance.pick(kinds) {
        agenda.add(.faultStrikes(fault), at: .origin + chance.seconds(0...Scenario.faultSeconds))
      }
    }
  }

  func strike(_ fault: Fault) throws {
    faults[fault, default: 0] += 1
    let seconds = chance.happens(0.2) ? chance.seconds(6...25) : chance.seconds(0...6)
    tell(.all, "\(fault.rawValue) (\(rounded(seconds)) s)")
    switch fault {
    case .workerDies, .workerFreezes, .workerIsInterrupted, .workersClockJumps, .workersDiskIsFull,
      .linkIsCut,
      .linkIsOneWay, .linkFlaps, .linkIsReset, .linkIsSlow:
      guard let worker = chance.pick(workers.indices.filter { workers[$0].isAlive }) else { return }
      tell(.worker(worker), "that was \(workers[worker].id)")
      try strike(worker, fault, seconds)
    case .networkIsDown:
      for worker in workers.indices where workers[worker].isAlive { cut(worker, seconds) }
    case .diskIsSlow: disk.slowUntil = now + seconds
    case .journalFails: disk.refusesJournal = true
    case .diskIsFull: disk.fullUntil = now + seconds
    case .blobsAreDamaged: disk.flawedUntil = now + seconds
    case .coordinatorDies, .machineDies, .coordinatorFreezes, .coordinatorIsInterrupted,
      .coordinatorsClockJumps:
      try strikeCoordinator(fault, seconds)
    }
  }

  private func strike(_ worker: Int, _ fault: Fault, _ seconds: Duration) throws {
    let process = workers[worker]
    switch fault {
    case .workerDies: bury(worker)
    case .workerFreezes: process.frozenUntil = now + seconds
    case .workerIsInterrupted: try apply(.interrupted, to: worker)
    case .workersClockJumps: process.clock.jump(by: leap())
    case .workersDiskIsFull: try apply(.incapacitated(reason: "no space left"), to: worker)
    case .linkIsCut: cut(worker, seconds)
    case .linkIsOneWay:
      process.link.cut(chance.pick(Direction.allCases) ?? .toWorker, until: now + seconds)
    case .linkFlaps: flap(worker, seconds)
    case .linkIsReset: process.link.reset(until: now + min(seconds, .seconds(3)))
    case .linkIsSlow: process.link.slowUntil = now + seconds
    default: break
    }
  }

  private func strikeCoordinator(_ fault: Fault, _ seconds: Duration) throws {
    guard let process = coordinator else { return }
    switch fault {
    case .coordinatorDies, .machineDies:
      process.doom = (chance.number(0...20), fault == .machineDies)
    case .coordinatorFreezes:
      process.frozenUntil = now + seconds
      agenda.add(.coordinatorThaws, at: now + seconds)
    case .coordinatorIsInterrupted: try arrive(.interrupted)
    case .coordinatorsClockJumps:
      process.clock.jump(by: leap())
      observer.testimony.coordinatorsClockJumps()
    default: break
    }
  }

  private func cut(_ worker: Int, _ seconds: Duration) {
    for direction in Direction.allCases {
      workers[worker].link.cut(direction, until: now + seconds)
    }
  }

  private func flap(_ worker: Int, _ seconds: Duration) {
    var start = now
    for _ in 0..<chance.number(2...8) {
      let direction = chance.pick(Direction.allCases) ?? .toWorker
      let length = chance.seconds(0...1.5)
      agenda.add(.linkIsCut(worker, direction, for: length), at: start)
      start += length + chance.seconds(0...1)
    }
  }

  private func leap() -> Duration {
    let size: Double = chance.pick([1, 10, 1000]) ?? 0
    return chance.seconds(-size...size)
  }
}
