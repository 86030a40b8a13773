import Jobs

/// A worker's decisions: stimuli in, directives out. No I/O, no clock.
///
/// It holds leases, of which one has the compute thread while the others' blobs are fetched; a few wait
/// at the thread, so that between two short attempts it waits for nobody.
/// What it says is true already: a checkpoint or result is named only after the coordinator has its
/// blobs. Every message may be lost, so once per lease it joins again and says all that it holds,
/// and whenever it is welcomed it repeats what is not acknowledged.
public struct WorkerState: Sendable {
  /// How patient it is.
  public let settings: WorkerSettings
  let description: WorkerDescription

  /// In the order in which they came, in which most are over, too: a slice loses its first element
  /// without the others being moved.
  var tasks: ArraySlice<WorkerTask> = []
  /// Whom the compute thread was given, in the order in which it takes them: the first has it. There
  /// may be attempts that are no longer among the tasks.
  var handed: [Attempt] = []
  /// When it last ended a computation.
  var idleSince = Instant.origin
  var terms: LeaseTerms?
  var isJoined = false
  /// The coordinator said that it does not know us: what is on its way there is lost.
  var wasForgotten = false
  var leavingUntil: Instant?
  /// The exit status of a worker that leaves.
  var exitStatus: Int32 = 0
  var hasExited = false
  /// Time since the first stimulus.
  var now = Instant.origin
  var outbox: [WorkerDirective] = []
  private var lastStimulus: Instant?
  private var lastHeard = Instant.origin
  private var lastSaid = Instant.origin
  private var lastJoin = Instant.origin

  /// A worker that has not spoken yet; the first stimulus, a `tick`, makes it join.
  public init(description: WorkerDescription, settings: WorkerSettings) {
    self.description = description
    self.settings = settings
  }

  /// What to do about `stimulus`, in this order. A clock that jumps back passes for one that stood
  /// still.
  public mutating func apply(_ stimulus: WorkerStimulus, at now: Instant) -> [WorkerDirective] {
    guard !hasExited else { return [] }
    wake(at: now)
    switch stimulus {
    case .received(let message): receive(message)
    case .fetched(let attempt):
      if isAt(.fetching, attempt) { change(attempt) { $0.stage = .ready } }
    case .fetchFailed(let attempt, let reason): missInput(of: attempt, reason)
    case .progressed(let attempt, let progress): report(attempt, progress)
    case .checkpointed(let attempt, let checkpoint): upload(checkpoint, of: attempt)
    case .computed(let attempt, let result): deliver(result, of: attempt)
    case .computationFailed(let attempt, let failure): fail(attempt, failure)
    case .stopped(let attempt): yield(attempt)
    case .stored(let digest): confirm(digest)
    case .storeFailed(let digest, let reason): giveUp(digest, reason)
    case .tick: keepInTouch()
    case .interrupted: leavingUntil == nil ? beginLeaving() : leave()
    case .incapacitated(let reason): giveUp(reason)
    }
    handOver()
    if leavingUntil != nil, tasks.isEmpty, handed.isEmpty { leave() }
    defer { outbox = [] }
    return outbox
  }

  // MARK: the coordinator's decisions

  private mutating func receive(_ message: CoordinatorMessage) {
    lastHeard = now
    switch message {
    case .welcome(let terms): settle(on: terms)
    case .lease(let lease): take(lease)
    case .acknowledged(let attempt): drop(attempt)
    case .revoke(let attempt): drop(attempt)
    case .stop(let attempt): giveBack(attempt)
    case .rejoin: joinAgain()
    case .refused(let reason):
      outbox.append(.notify("the coordinator refuses this worker: \(reason)"))
      exit(status: 2)
    case .dismiss: if leavingUntil == nil { beginLeaving() }
    }
  }

  private mutating func settle(on terms: LeaseTerms) {
    self.terms = terms
    isJoined = true
    if wasForgotten {
      for blob in tasks.flatMap(\.onTheirWay) { outbox.append(.store(blob)) }
      wasForgotten = false
    }
    for task in tasks {
      if case .settled(let message) = task.stage {
        say(message)
      } else if let saved = task.saved {
        say(.checkpoint(task.attempt, saved))
      }
    }
  }

  /// A lease is taken once; a newer attempt at a job takes the place of an older one.
  private mutating func take(_ lease: Lease) {
    guard leavingUntil == nil else { return say(.released(lease.attempt)) }
    if let known = tasks.first(where: { $0.attempt.job == lease.attempt.job }) {
      guard known.attempt.number < lease.attempt.number else { return }
      drop(known.attempt)
    }
    let task = WorkerTask(lease: lease)
    tasks.append(task)
    outbox.append(.fetch(lease.attempt, task.needs))
  }

  /// The attempt is over for the coordinator.
  private mutating func drop(_ attempt: Attempt) {
    guard let place = place(of: attempt) else { return }
    if place == tasks.startIndex { tasks = tasks.dropFirst() } else { tasks.remove(at: place) }
    if handed.contains(attempt) { outbox.append(.stop(attempt, checkpoint: false)) }
  }

  private mutating func joinAgain() {
    wasForgotten = true
    // One answer to any number of these; a lost one is repeated by the clock.
    if isJoined { join() }
    isJoined = false
  }

  // MARK: time

  private mutating func wake(at instant: Instant) {
    let isFirst = lastStimulus == nil
    now += max(instant - (lastStimulus ?? instant), .zero)
    lastStimulus = instant
    if isFirst { join() }
  }

  private mutating func join() {
    lastJoin = now
    lastSaid = now
    let holding = tasks.map { HeldAttempt(attempt: $0.attempt, step: $0.step) }
    outbox.append(.send(.join(description, holding: holding)))
  }

  private mutating func keepInTouch() {
    if let end = leavingUntil, now >= end { return leave() }
    exitIfCoordinatorIsSilent()
    guard !hasExited else { return }
    guard isJoined, let terms else {
      if now - lastJoin >= settings.joinInterval { join() }
      return
    }
    announceRunning()
    if now - lastJoin >= terms.lease {
      join()
    } else if now - lastSaid >= terms.heartbeat {
      say(.heartbeat)
    }
  }

  /// Ends the process where the coordinator was never there, or has not been for long.
  private mutating func exitIfCoordinatorIsSilent() {
    if terms == nil {
      guard now - Instant.origin >= settings.connectTimeout else { return }
      outbox.append(.notify("no coordinator answered within \(settings.connectTimeout.text)"))
    } else {
      // From the end of its work on: what it has computed in the meantime waits for someone.
      let start = max(lastHeard, idleSince)
      guard handed.isEmpty, now - start >= settings.silenceTimeout else { return }
      outbox.append(.notify("the coordinator has been silent for \(settings.silenceTimeout.text)"))
    }
    exit(status: 3)
  }

  /// Tells the coordinator, unless it would not know who speaks: `settle` repeats what matters.
  mutating func say(_ message: WorkerMessage) {
    guard isJoined else { return }
    lastSaid = now
    outbox.append(.send(message))
  }

  mutating func exit(status: Int32) {
    hasExited = true
    outbox.append(.exit(status: status))
  }
}
