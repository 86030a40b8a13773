import Jobs
import Scheduling

/// The coordinator's shell: batches of events in; facts first, in one synced transaction, then what
/// follows from them. Its process may die between any two writes and sends.
extension SimulatedCluster {
  func startCoordinator() throws {
    guard coordinator == nil, !isOver else { return }
    lives += 1
    tell(.all, "the coordinator starts, with \(disk.journal.count) facts in its journal")
    try observer.reread(disk, at: now)
    if bug != .trustTail { disk.sync() }
    try require(
      disk.unsynced.isEmpty, "a coordinator starts from facts that a power cut can undo")
    let journal = bug?.tampered(disk.journal) ?? disk.journal
    let process = CoordinatorProcess(
      CoordinatorState(resuming: JobLedger(folding: journal), settings: scenario.settings),
      life: lives,
      clock: SimulatedClock(using: &chance))
    if relapses, lives > 1, now < Scenario.faultsEnd, chance.happens(0.5) {
      process.doom = (chance.number(0...20), chance.happens(0.7))
    }
    coordinator = process
    agenda.add(.coordinatorTicks(life: lives), at: now + .milliseconds(500))
    try arrive(.submitted(scenario.planned))
  }

  func arrive(_ stimulus: CoordinatorStimulus) throws {
    coordinator?.inbox.append(stimulus)
    try emptyInbox()
  }

  /// Deals with all that has come, batch by batch, until a sync has to be waited for.
  func emptyInbox() throws {
    while let process = coordinator, process.isIdle(at: now), !process.inbox.isEmpty {
      let batch = process.inbox.ticksLast
      process.inbox = []
      var directives: [CoordinatorDirective] = []
      for stimulus in batch { directives += try decide(stimulus, process) }
      try carryOut(directives, process)
    }
  }

  private func decide(
    _ stimulus: CoordinatorStimulus, _ process: CoordinatorProcess
  ) throws -> [CoordinatorDirective] {
    observer.hears(stimulus, at: now)
    let time = process.clock.reading(at: now)
    let stale = process.staleReport(stimulus)
    var directives: [CoordinatorDirective] = []
    if let bug {
      if bug == .impatience { directives += catchUp(process, to: time) }
      let heard = bug.tampered(stimulus, process.state)
      directives += bug.tampered(
        process.state.apply(heard, at: time), after: heard, process.state)
    } else {
      directives = process.state.apply(stimulus, at: time)
    }
    try observer.checkCause(of: directives)
    if let stale { try observer.checkAnswer(to: stale, directives) }
    return directives
  }

  /// The planted bug `impatience`: all the time that has passed counts as awake.
  private func catchUp(_ process: CoordinatorProcess, to time: Instant) -> [CoordinatorDirective] {
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
    _ directives: [CoordinatorDirective], _ process: CoordinatorProcess
  ) throws {
    let facts = directives.flatMap { directive -> [JournalEvent] in
      if case .record(let facts) = directive { facts } else { [] }
    }
    if bug == .sendFirst { try act(on: directives, process) }
    guard !facts.isEmpty else { return try finish(directives, process) }
    if disk.refusesJournal { return failToWrite() }
    if bug == .removeEarly { removeOldCheckpoints(facts, process) }
    try write(facts)
    guard outlives(process) else { return }
    let delay = disk.slowUntil > now ? chance.seconds(0.5...5) : chance.seconds(0.0005...0.005)
    if bug == .skipSync {
      agenda.add(.journalSynced(life: process.life), at: now + .seconds(2))
      return try finish(directives, process)
    }
    process.pending = directives
    agenda.add(.journalSynced(life: process.life), at: now + delay)
  }

  private func write(_ facts: [JournalEvent]) throws {
    disk.write(facts)
    for fact in facts {
      tell(fact)
      try observer.record(fact, on: disk, at: now)
    }
  }

  private func failToWrite() {
    tell(.all, "the journal cannot be written")
    disk.refusesJournal = false
    crash(withMachine: false)
  }

  func finishSync(life: Int) throws {
    guard let process = coordinator, process.life == life else { return }
    if process.frozenUntil > now {
      return agenda.add(.journalSynced(life: life), at: process.frozenUntil)
    }
    disk.sync()
    guard outlives(process) else { return }
    guard let directives = process.pending else { return }
    process.pending = nil
    for case .record(let facts) in directives { removeOldCheckpoints(facts, process) }
    guard coordinator === process else { return }
    try finish(directives, process)
    try emptyInbox()
  }

  private func removeOldCheckpoints(_ facts: [JournalEvent], _ process: CoordinatorProcess) {
    for blob in process.retention.obsolete(after: facts, in: process.state.ledger) {
      disk.remove(blob)
      guard outlives(process) else { return }
    }
  }

  private func finish(
    _ directives: [CoordinatorDirective], _ process: CoordinatorProcess
  ) throws {
    if bug != .sendFirst { try act(on: directives, process) }
  }

  private func act(on directives: [CoordinatorDirective], _ process: CoordinatorProcess) throws {
    for directive in directives {
      switch directive {
      case .record: break
      case .send(let message, let worker):
        try observer.hear(message, to: worker)
        deliver(message, to: worker)
        guard outlives(process) else { return }
      case .removeUnreferenced(let blob):
        if !process.retention.isWanted(blob.digest) { disk.remove(blob.digest) }
      case .notify(let notification): tell(notification)
      case .conclude: return conclude()
      }
    }
  }

  // MARK: ends

  /// One write or send is done; whether the process lives to do the next.
  func outlives(_ process: CoordinatorProcess) -> Bool {
    guard coordinator === process else { return false }
    guard let doom = process.doom else { return true }
    process.doom = (doom.effects - 1, doom.takesMachine)
    if doom.effects <= 0 { crash(withMachine: doom.takesMachine) }
    return doom.effects > 0
  }

  func crash(withMachine takesMachine: Bool) {
    tell(.all, takesMachine ? "the coordinator's machine dies" : "the coordinator dies")
    if takesMachine { disk.losePower(&chance) }
    coordinator = nil
    agenda.add(.coordinatorStarts, at: now + chance.seconds(0...9))
  }

  private func conclude() {
    tell(.all, "the coordinator concludes")
    coordinator = nil
    isOver = observer.settled == scenario.jobs.count
    if !isOver { agenda.add(.coordinatorStarts, at: now + chance.seconds(0...6)) }
  }
}
