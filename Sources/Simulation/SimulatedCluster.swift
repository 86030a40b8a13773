import Jobs
import Scheduling

/// A coordinator, its disk, its workers and a failing network, all driven by one simulated clock.
///
/// Both state machines are the real ones. The seed determines everything: which process dies
/// between which writes, which messages are lost, and which process is frozen for how long.
final class SimulatedCluster {
  let scenario: Scenario
  let bug: PlantedBug?
  var random: RandomSource
  var now = Instant.origin
  var timeline = Timeline()
  var disk = SimulatedDisk()
  var observer: Observer
  var coordinator: SimulatedCoordinator?
  /// The number of coordinators that have been started.
  var generations = 0
  var workers: [SimulatedWorker] = []
  var workerIndices: [WorkerID: Int] = [:]
  var isOver = false
  var faults: [Fault: Int] = [:]
  /// True if a coordinator that has died is likely to die again soon after its start.
  var crashesRepeatedly = false
  private(set) var events = 0
  /// The record of the run in lines of text, or nil if none is wanted.
  var trace: Trace?
  private let badConditions: NetworkConditions

  init(_ scenario: Scenario, seed: UInt64, bug: PlantedBug?, trace: Trace?) {
    self.scenario = scenario
    self.bug = bug
    self.trace = trace
    random = RandomSource(seed: seed)
    observer = Observer(scenario)
    badConditions = NetworkConditions.drawn(using: &random)
  }

  /// Runs the cluster to the end, or throws the first `ProtocolViolation`.
  func run() throws {
    planFaults()
    try startCoordinator()
    for _ in 0..<scenario.workers { startWorker() }
    while !isOver, let next = timeline.next() {
      now = next.time
      try require(
        now < scenario.end,
        otherwise:
          "no end is in sight: \(observer.settled) of \(scenario.jobs.count) jobs are settled")
      events += 1
      try perform(next.event)
    }
    try observer.checkOutcome(disk)
  }

  private func perform(_ event: SimulatedEvent) throws {
    if let worker = event.worker, workers[worker].frozenUntil > now {
      return timeline.add(event, at: workers[worker].frozenUntil)
    }
    switch event {
    case .coordinatorStarts: try startCoordinator()
    case .coordinatorTicks(let generation): try tickCoordinator(generation: generation)
    case .journalSynced(let generation): try finishSync(generation: generation)
    case .coordinatorThaws: try emptyInbox()
    case .coordinatorHears(let message, let worker, let connection):
      try receive(message, from: worker, over: connection)
    case .coordinatorMisses(let worker): try handle(.unreachable(workers[worker].id))
    case .coordinatorLearnsOfDeath(let worker):
      try handle(.died(workers[worker].id, reason: SimulatedWorker.deathReason))
    case .workerStarts: startWorker()
    case .workerTicks(let worker):
      guard workers[worker].isAlive else { return }
      timeline.add(event, at: now + .milliseconds(500))
      try apply(.tick, to: worker)
    case .workerHears(let message, let worker, let connection):
      guard workers[worker].link.connection == connection else { return }
      try apply(.received(message), to: worker)
    case .fetchArrives(let worker, let attempt, let digests):
      try fetch(digests, for: attempt, by: worker)
    case .uploadArrives(let worker, let blob): try receiveUpload(of: blob, from: worker)
    case .uploadSynced(let worker, let blob, let generation):
      syncUpload(of: blob, from: worker, generation: generation)
    case .uploadAnswered(let worker, let blob): try apply(.stored(blob.digest), to: worker)
    case .computes(let worker, let thread): try compute(worker, thread: thread)
    case .yields(let worker, let attempt): try apply(.stopped(attempt), to: worker)
    case .faultStrikes(let fault): try strike(fault)
    case .linkIsCut(let worker, let direction, let length):
      workers[worker].link.cut(direction, until: now + length)
    }
  }

  private func tickCoordinator(generation: Int) throws {
    guard let coordinator, coordinator.generation == generation else { return }
    timeline.add(
      .coordinatorTicks(generation: generation),
      at: max(now + .milliseconds(500), coordinator.frozenUntil))
    if coordinator.frozenUntil <= now { try handle(.tick) }
  }

  // MARK: messages

  private var conditions: NetworkConditions { now < Scenario.faultsEnd ? badConditions : .good }

  func deliver(_ message: CoordinatorMessage, to id: WorkerID) {
    guard let worker = workerIndices[id] else { return }
    log(message, to: id)
    let process = workers[worker]
    if !process.isAlive || process.link.isDisconnected(at: now), random.happens(0.5) {
      timeline.add(.coordinatorMisses(worker), at: now + random.seconds(0...0.1))
    }
    guard process.isAlive else { return }
    for arrival in process.link.arrivals(.toWorker, at: now, in: conditions, using: &random) {
      timeline.add(
        .workerHears(message, worker, connection: process.link.connection), at: arrival)
    }
  }

  func deliver(_ message: WorkerMessage, from worker: Int) {
    let process = workers[worker]
    log(message, from: process.id)
    for arrival in process.link.arrivals(.toCoordinator, at: now, in: conditions, using: &random) {
      timeline.add(
        .coordinatorHears(message, from: worker, connection: process.link.connection), at: arrival)
    }
  }

  /// Delivers a message to the coordinator. If no coordinator runs, the message is lost or tried
  /// again a second later, with equal probability.
  private func receive(_ message: WorkerMessage, from worker: Int, over connection: Int) throws {
    guard workers[worker].link.connection == connection else { return }
    guard coordinator != nil else {
      if random.happens(0.5) {
        timeline.add(
          .coordinatorHears(message, from: worker, connection: connection), at: now + .seconds(1))
      }
      return
    }
    try handle(.received(message, from: workers[worker].id))
  }
}

extension SimulatedEvent {
  /// The worker that must not be frozen when the event happens, or nil if the event needs no
  /// worker.
  fileprivate var worker: Int? {
    switch self {
    case .workerTicks(let worker), .workerHears(_, let worker, _), .fetchArrives(let worker, _, _),
      .uploadArrives(let worker, _), .uploadAnswered(let worker, _), .computes(let worker, _),
      .yields(let worker, _):
      worker
    default: nil
    }
  }
}
