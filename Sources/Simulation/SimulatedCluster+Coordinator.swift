import Jobs
import Scheduling

/// The simulated shell of the coordinator. It handles batches of stimuli, writes their events in
/// one synced transaction and then carries out the other directives. Its process may die between
/// any two writes and sends.
extension SimulatedCluster {
  func startCoordinator() throws {
    guard coordinator == nil, !isOver else { return }
    generations += 1
    log(.all, line: "the coordinator starts, with \(disk.journal.count) facts in its journal")
    try observer.reread(disk, at: now)
    if bug != .trustTail { disk.sync() }
    try require(
      disk.unsynced.isEmpty, otherwise: "a coordinator starts from facts that a power cut can undo")
    let journal = bug?.tampered(disk.journal) ?? disk.journal
    let process = SimulatedCoordinator(
      CoordinatorState(resuming: JobLedger(folding: journal), settings: scenario.settings),
      generation: generations,
      clock: SimulatedClock(using: &random))
    if crashesRepeatedly, generations > 1, now < Scenario.faultsEnd, random.happens(0.5) {
      process.crashAfter = (random.number(0...20), random.happens(0.7))
    }
    coordinator = process
    timeline.add(.coordinatorTicks(generation: generations), at: now + .milliseconds(500))
    try handle(.submitted(scenario.planned))
  }

  func handle(_ stimulus: CoordinatorStimulus) throws {
    coordinator?.inbox.append(stimulus)
    try emptyInbox()
  }

  /// Handles all stimuli that have arrived, in batches, until the coordinator must wait for a sync.
  func emptyInbox() throws {
    while let process = coordinator, process.isIdle(at: now), !process.inbox.isEmpty {
      let batch = process.inbox.ticksLast
      process.inbox = []
      var directives: [CoordinatorDirective] = []
      for stimulus in batch { directives += try decide(stimulus, in: process) }
      try carryOut(directives, of: process)
    }
  }

  private func decide(
    _ stimulus: CoordinatorStimulus, in process: SimulatedCoordinator
  ) throws -> [CoordinatorDirective] {
    observer.note(stimulus, at: now)
    let time = process.clock.reading(at: now)
    let stale = process.staleReport(stimulus)
    var directives: [CoordinatorDirective] = []
    if let bug {
      if bug == .impatience { directives += catchUp(process, to: time) }
      let heard = bug.tampered(stimulus, in: process.state)
      directives += bug.tampered(
        process.state.apply(heard, at: time), after: heard, in: process.state)
    } else {
      directives = process.state.apply(stimulus, at: time)
    }
    try observer.checkCause(of: directives)
    if let stale { try observer.checkAnswer(to: stale, directives) }
    return directives
  }

  /// Implements the planted bug `impatience`: the coordinator counts all the time that has passed
  /// as time awake.
  private func catchUp(_ process: SimulatedCoordinator, to time: Instant) -> [CoordinatorDirective]
  {
    let step = scenario.settings.terms.heartbeat
    defer { process.lastStimulus = time }
    guard let last = process.lastStimulus, time - last > step else { return [] }
    var directives: [CoordinatorDirective] = []
    var tick = last + step
    while tick < time {
      directives += process.state.apply(.tick, at: tick)
      tick += step
    }
    return directives
  }

  // MARK: persist, then send

  private func carryOut(
    _ directives: [CoordinatorDirective], of process: SimulatedCoordinator
  ) throws {
    let facts = directives.flatMap { directive -> [JournalEvent] in
      if case .record(let facts) = directive { facts } else { [] }
    }
    if bug == .sendFirst { try act(on: directives, of: process) }
    guard !facts.isEmpty else { return try finish(directives, of: process) }
    if disk.refusesJournal { return failToWrite() }
    if bug == .removeEarly { removeOldCheckpoints(after: facts, of: process) }
    try write(facts)
    guard outlives(process) else { return }
    let delay = disk.slowUntil > now ? random.seconds(0.5...5) : random.seconds(0.0005...0.005)
    if bug == .skipSync {
      timeline.add(.journalSynced(generation: process.generation), at: now + .seconds(2))
      return try finish(directives, of: process)
    }
    process.pending = directives
    timeline.add(.journalSynced(generation: process.generation), at: now + delay)
  }

  private func write(_ facts: [JournalEvent]) throws {
    disk.write(facts)
    for fact in facts {
      log(fact)
      try observer.record(fact, on: disk, at: now)
    }
  }

  private func failToWrite() {
    log(.all, line: "the journal cannot be written")
    disk.refusesJournal = false
    crash(withMachine: false)
  }

  func finishSync(generation: Int) throws {
    guard let process = coordinator, process.generation == generation else { return }
    if process.frozenUntil > now {
      return timeline.add(.journalSynced(generation: generation), at: process.frozenUntil)
    }
    disk.sync()
    guard outlives(process) else { return }
    guard let directives = process.pending else { return }
    process.pending = nil
    for case .record(let facts) in directives { removeOldCheckpoints(after: facts, of: process) }
    guard coordinator === process else { return }
    try finish(directives, of: process)
    try emptyInbox()
  }

  private func removeOldCheckpoints(after facts: [JournalEvent], of process: SimulatedCoordinator) {
    for blob in process.retention.obsolete(after: facts, in: process.state.ledger) {
      disk.remove(blob)
      guard outlives(process) else { return }
    }
  }

  private func finish(
    _ directives: [CoordinatorDirective], of process: SimulatedCoordinator
  ) throws {
    if bug != .sendFirst { try act(on: directives, of: process) }
  }

  private func act(on directives: [CoordinatorDirective], of process: SimulatedCoordinator) throws {
    for directive in directives {
      switch directive {
      case .record: break
      case .send(let message, let worker):
        try observer.check(message, to: worker)
        deliver(message, to: worker)
        guard outlives(process) else { return }
      case .removeUnreferenced(let blob):
        if !process.retention.isWanted(blob.digest) { disk.remove(blob.digest) }
      case .notify(let notification): log(notification)
      case .conclude: return conclude()
      }
    }
  }

  // MARK: ends

  /// Counts a write or send, and returns true if the process is still alive after it.
  func outlives(_ process: SimulatedCoordinator) -> Bool {
    guard coordinator === process else { return false }
    guard let crashAfter = process.crashAfter else { return true }
    process.crashAfter = (crashAfter.effects - 1, crashAfter.takesMachine)
    if crashAfter.effects <= 0 { crash(withMachine: crashAfter.takesMachine) }
    return crashAfter.effects > 0
  }

  func crash(withMachine takesMachine: Bool) {
    log(.all, line: takesMachine ? "the coordinator's machine dies" : "the coordinator dies")
    if takesMachine { disk.losePower(using: &random) }
    coordinator = nil
    timeline.add(.coordinatorStarts, at: now + random.seconds(0...9))
  }

  private func conclude() {
    log(.all, line: "the coordinator concludes")
    coordinator = nil
    isOver = observer.settled == scenario.jobs.count
    if !isOver { timeline.add(.coordinatorStarts, at: now + random.seconds(0...6)) }
  }
}
