import Experiments
import Scheduling
import TestSupport

/// A coordinator, its disk, some workers and a network that fails, all on one make-believe clock.
///
/// Both state machines are the real ones. A seed determines everything: which process dies, which
/// messages are lost, who is frozen for how long. From `calm` on nothing fails any more.
final class Simulation {
  /// Changes what the coordinator decided: a planted bug.
  typealias Tampering = (CoordinatorStimulus, [CoordinatorDirective]) -> [CoordinatorDirective]

  static let calm: Instant = 30
  static let end: Instant = 400
  static let jobs: [PlannedJob] = {
    let trains = [Jobs.train(1), Jobs.train(2)]
    let predictions = (20..<24).map { Jobs.predict($0, after: trains[$0 % 2]) }
    return trains + (3..<12).map(Jobs.solve) + predictions
  }()

  var generator: SeededGenerator
  var now: Instant = 0
  var observer = Observer()
  var workers: [SimulatedWorker] = []
  var coordinator: CoordinatorState?
  var coordinatorLife = 0
  var coordinatorFrozenUntil: Instant = 0
  var isOver = false
  /// What happened, if anyone wants to hear it.
  private(set) var story: [String] = []
  private let isTelling: Bool
  private let tampering: Tampering?
  private var agenda = Heap<Appointment>()
  private var appointments = 0

  init(seed: UInt64, isTelling: Bool = false, tampering: Tampering? = nil) {
    generator = SeededGenerator(seed: seed)
    self.isTelling = isTelling
    self.tampering = tampering
  }

  /// Runs to the end; throws the `Violation` that it meets.
  func run() throws {
    scheduleFaults()
    try startCoordinator()
    for _ in 0..<3 { startWorker() }
    while !isOver, let next = agenda.pop() {
      now = next.time
      guard now < Self.end else { throw Violation("the run does not end") }
      try perform(next.action)
    }
    guard observer.settled == Self.jobs.count else { throw Violation("jobs were forgotten") }
  }

  func tell(_ line: @autoclosure () -> String) {
    if isTelling { story.append("\((now * 1000).rounded() / 1000) s: \(line())") }
  }

  func schedule(_ action: Action, at time: Instant) {
    appointments += 1
    agenda.push(Appointment(time: time, number: appointments, action: action))
  }

  func delay(_ range: ClosedRange<Double>) -> Instant {
    now + Double.random(in: range, using: &generator)
  }

  private func perform(_ action: Action) throws {
    if let thaw = frozenUntil(action), thaw > now { return schedule(action, at: thaw) }
    switch action {
    case .coordinatorTick(let life):
      guard life == coordinatorLife, coordinator != nil else { return }
      schedule(action, at: now + 0.5)
      try decide(.tick)
    case .coordinatorHears(let message, let worker, let link):
      guard workers[worker].link == link else { return }
      tell("coordinator hears \(workers[worker].id): \(brief(message))")
      try decide(.received(message, from: workers[worker].id))
    case .coordinatorMisses(let worker): try decide(.unreachable(workers[worker].id))
    case .coordinatorStarts: try startCoordinator()
    case .workerStarts: startWorker()
    case .workerTick(let worker):
      guard workers[worker].isAlive else { return }
      schedule(action, at: now + 0.5)
      tellWorker(worker, .tick)
    case .workerHears(let message, let worker, let link):
      if workers[worker].link == link { tellWorker(worker, .received(message)) }
    case .fetch(let worker, let attempt, let digests): try fetch(worker, attempt, digests)
    case .upload(let worker, let blob): upload(worker, blob)
    case .compute(let worker): compute(worker)
    case .fault(let fault): try inflict(fault)
    }
  }

  private func frozenUntil(_ action: Action) -> Instant? {
    switch action {
    case .coordinatorTick, .coordinatorHears, .coordinatorMisses: coordinatorFrozenUntil
    case .workerTick(let worker), .workerHears(_, let worker, _), .fetch(let worker, _, _),
      .upload(let worker, _), .compute(let worker):
      workers[worker].frozenUntil
    case .coordinatorStarts, .workerStarts, .fault: nil
    }
  }

  // MARK: the coordinator

  private func startCoordinator() throws {
    guard coordinator == nil, !isOver else { return }
    var settings = CoordinatorSettings()
    settings.terms = Terms(heartbeat: 1, lease: 4)
    settings.farewell = 8
    coordinatorLife += 1
    tell("coordinator starts with \(observer.journal.count) facts")
    coordinator = .restoring(from: observer.journal, settings: settings)
    schedule(.coordinatorTick(life: coordinatorLife), at: now)
    try decide(.submitted(Self.jobs))
  }

  func decide(_ stimulus: CoordinatorStimulus) throws {
    guard var directives = coordinator?.apply(stimulus, at: now) else { return }
    if let tampering { directives = tampering(stimulus, directives) }
    let crashes = now < Self.calm && generator.chance(0.001)
    let last = crashes ? Int.random(in: 0...directives.count, using: &generator) : .max
    for (index, directive) in directives.enumerated() {
      if index == last { break }
      try carryOut(directive)
    }
    if crashes { crashCoordinator() }
  }

  private func carryOut(_ directive: CoordinatorDirective) throws {
    switch directive {
    case .record(let events):
      for event in events {
        tell("recorded: \(brief(event))")
        try observer.record(event)
      }
    case .send(let message, let id):
      try observer.hear(message, to: id)
      deliver(message, to: id)
    case .announce: break
    case .conclude: conclude()
    }
  }

  private func conclude() {
    tell("coordinator concludes")
    coordinator = nil
    isOver = observer.settled == Self.jobs.count
    if !isOver { schedule(.coordinatorStarts, at: delay(0...6)) }
  }

  func crashCoordinator() {
    guard coordinator != nil else { return }
    tell("coordinator dies")
    coordinator = nil
    schedule(.coordinatorStarts, at: delay(0...9))
  }
}
