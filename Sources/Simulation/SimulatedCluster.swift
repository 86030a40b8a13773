import Jobs
import Scheduling

/// A coordinator, its disk, its workers and a network that fails, all on one make-believe clock.
///
/// Both state machines are the real ones. A seed determines everything: which process dies between
/// which writes, which messages are lost, who is frozen for how long.
final class SimulatedCluster {
  let scenario: Scenario
  let bug: PlantedBug?
  var chance: Chance
  var now = Instant.origin
  var agenda = Agenda()
  var disk = SimulatedDisk()
  var observer: Observer
  var coordinator: CoordinatorProcess?
  /// How many coordinators there have been.
  var lives = 0
  var workers: [WorkerProcess] = []
  var indices: [WorkerID: Int] = [:]
  var isOver = false
  var faults: [Fault: Int] = [:]
  /// A coordinator that has died is likely to die again soon after its start.
  var relapses = false
  private(set) var events = 0
  /// What happened, if anyone wants to hear it.
  var story: Story?
  private let foulWeather: Weather

  init(_ scenario: Scenario, seed: UInt64, bug: PlantedBug?, story: Story?) {
    (self.scenario, self.bug, self.story) = (scenario, bug, story)
    chance = Chance(seed: seed)
    observer = Observer(scenario)
    foulWeather = Weather.drawn(using: &chance)
  }

  /// Runs to the end; throws the `Violation` that it meets.
  func run() throws {
    planFaults()
    try startCoordinator()
    for _ in 0..<scenario.workers { startWorker() }
    while !isOver, let next = agenda.next() {
      now = next.time
      try require(
        now < scenario.end,
        "no end is in sight: \(observer.settled) of \(scenario.jobs.count) jobs are settled")
      events += 1
      try perform(next.happening)
    }
    try observer.checkOutcome(disk)
  }

  private func perform(_ happening: Happening) throws {
    if let worker = happening.worker, workers[worker].frozenUntil > now {
      return agenda.add(happening, at: workers[worker].frozenUntil)
    }
    switch happening {
    case .coordinatorStarts: try startCoordinator()
    case .coordinatorTicks(let life): try tickCoordinator(life: life)
    case .journalSynced(let life): try finishSync(life: life)
    case .coordinatorThaws: try emptyInbox()
    case .coordinatorHears(let message, let worker, let connection):
      try hear(message, from: worker, connection)
    case .coordinatorMisses(let worker): try arrive(.unreachable(workers[worker].id))
    case .workerStarts: startWorker()
    case .workerTicks(let worker):
      guard workers[worker].isAlive else { return }
      agenda.add(happening, at: now + .milliseconds(500))
      try apply(.tick, to: worker)
    case .workerHears(let message, let worker, let connection):
      guard workers[worker].link.connection == connection else { return }
      try apply(.received(message), to: worker)
    case .fetchArrives(let worker, let attempt, let digests): try fetch(worker, attempt, digests)
    case .uploadArrives(let worker, let blob): try receiveUpload(worker, blob)
    case .uploadSynced(let worker, let blob, let life): syncUpload(worker, blob, life: life)
    case .uploadAnswered(let worker, let blob): try apply(.stored(blob.digest), to: worker)
    case .computes(let worker, let thread): try compute(worker, thread: thread)
    case .yields(let worker, let attempt): try apply(.stopped(attempt), to: worker)
    case .faultStrikes(let fault): try strike(fault)
    case .linkIsCut(let worker, let direction, let length):
      workers[worker].link.cut(direction, until: now + length)
    }
  }

  private func tickCoordinator(life: Int) throws {
    guard let coordinator, coordinator.life == life else { return }
    agenda.add(
      .coordinatorTicks(life: life), at: max(now + .milliseconds(500), coordinator.frozenUntil))
    if coordinator.frozenUntil <= now { try arrive(.tick) }
  }

  // MARK: messages

  private var weather: Weather { now < Scenario.faultsEnd ? foulWeather : .fair }

  func deliver(_ message: CoordinatorMessage, to id: WorkerID) {
    guard let worker = indices[id] else { return }
    tell(message, to: id)
    let process = workers[worker]
    if !process.isAlive || process.link.isDisconnected(at: now), chance.happens(0.5) {
      agenda.add(.coordinatorMisses(worker), at: now + chance.seconds(0...0.1))
    }
    guard process.isAlive else { return }
    for arrival in process.link.arrivals(.toWorker, at: now, in: weather, &chance) {
      agenda.add(
        .workerHears(message, worker, connection: process.link.connection), at: arrival)
    }
  }

  func deliver(_ message: WorkerMessage, from worker: Int) {
    let process = workers[worker]
    tell(message, from: process.id)
    for arrival in process.link.arrivals(.toCoordinator, at: now, in: weather, &chance) {
      agenda.add(
        .coordinatorHears(message, from: worker, connection: process.link.connection), at: arrival)
    }
  }

  /// What finds no coordinator is lost, or waits for the next one.
  private func hear(_ message: WorkerMessage, from worker: Int, _ connection: Int) throws {
    guard workers[worker].link.connection == connection else { return }
    guard coordinator != nil else {
      if chance.happens(0.5) {
        agenda.add(
          .coordinatorHears(message, from: worker, connection: connection), at: now + .seconds(1))
      }
      return
    }
    try arrive(.received(message, from: workers[worker].id))
  }
}

extension Happening {
  /// The worker whose process must run for this to happen.
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
