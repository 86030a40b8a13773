import DequeModule
import Jobs

/// A worker as a pure state machine, which takes a stimulus and returns directives. It does no
/// input or output and reads no clock.
///
/// A worker holds several leases. The compute thread runs one of them while the blobs of the others
/// are fetched. Up to `maximumStarted` attempts are given to the thread in advance, so that it is
/// never idle between two short attempts.
///
/// Every report is true when it is sent: the worker reports a checkpoint or a result only after the
/// coordinator has stored its blobs. Every message may be lost, so once per lease time the worker
/// joins again and lists the attempts that it holds. Each time it is welcomed, it repeats the
/// reports that are not acknowledged.
public struct WorkerState: Sendable {
  /// The settings, which do not change.
  public let settings: WorkerSettings
  let description: WorkerDescription

  /// The attempts that the worker holds, in the order of their leases.
  var tasks: Deque<WorkerTask> = []
  /// The attempts that were given to the compute thread, in the order in which it runs them. It
  /// runs the first one now. An attempt that was dropped from the tasks stays here until the thread
  /// has stopped it.
  var started: Deque<Attempt> = []
  /// The instant at which the last computation ended.
  var idleSince = Instant.origin
  var terms: LeaseTerms?
  var isJoined = false
  /// True if the coordinator has answered that it does not know this worker. Blobs that were under
  /// way must then be sent again.
  var wasForgotten = false
  var leavingUntil: Instant?
  /// The exit status with which the worker will leave.
  var exitStatus: Int32 = 0
  var hasExited = false
  /// The time since the first stimulus.
  var now = Instant.origin
  var outbox: [WorkerDirective] = []
  private var lastStimulus: Instant?
  private var lastHeard = Instant.origin
  private var lastSent = Instant.origin
  private var lastJoin = Instant.origin

  /// Creates a worker that has sent nothing yet. The first stimulus makes it join.
  public init(description: WorkerDescription, settings: WorkerSettings) {
    self.description = description
    self.settings = settings
  }

  /// Reacts to `stimulus` and returns the directives in the order in which they must be carried
  /// out.
  ///
  /// A jump of the clock back counts as no time.
  public mutating func apply(_ stimulus: WorkerStimulus, at now: Instant) -> [WorkerDirective] {
    guard !hasExited else { return [] }
    wake(at: now)
    switch stimulus {
    case .received(let message): receive(message)
    case .fetched(let attempt):
      if stage(of: attempt) == .fetching { change(attempt) { $0.stage = .ready } }
    case .fetchFailed(let attempt, let reason): failFetch(of: attempt, reason: reason)
    case .progressed(let attempt, let progress): report(progress, of: attempt)
    case .checkpointed(let attempt, let checkpoint): upload(checkpoint, of: attempt)
    case .computed(let attempt, let result): deliver(result, of: attempt)
    case .computationFailed(let attempt, let failure): fail(attempt, because: failure)
    case .stopped(let attempt): stop(attempt)
    case .stored(let digest): confirm(digest)
    case .storeFailed(let digest, let reason): handleRefusal(of: digest, reason: reason)
    case .tick: handleTick()
    case .interrupted: leavingUntil == nil ? beginLeaving() : leave()
    case .incapacitated(let reason): leave(because: reason)
    }
    startReadyTasks()
    if leavingUntil != nil, tasks.isEmpty, started.isEmpty { leave() }
    defer { outbox = [] }
    return outbox
  }

  // MARK: the coordinator's decisions

  private mutating func receive(_ message: CoordinatorMessage) {
    lastHeard = now
    switch message {
    case .welcome(let terms): accept(terms)
    case .lease(let lease): take(lease)
    case .acknowledged(let attempt): drop(attempt)
    case .revoke(let attempt): drop(attempt)
    case .stop(let attempt): stopOrRelease(attempt)
    case .rejoin: joinAgain()
    case .refused(let reason):
      outbox.append(.notify("the coordinator refuses this worker: \(reason)"))
      exit(status: 2)
    case .dismiss: if leavingUntil == nil { beginLeaving() }
    }
  }

  private mutating func accept(_ terms: LeaseTerms) {
    self.terms = terms
    isJoined = true
    if wasForgotten {
      for blob in tasks.flatMap(\.blobsInTransit) { outbox.append(.store(blob)) }
      wasForgotten = false
    }
    for task in tasks {
      if case .settled(let message) = task.stage {
        send(message)
      } else if let saved = task.saved {
        send(.checkpoint(task.attempt, saved))
      }
    }
  }

  /// Accepts a lease, once. A newer attempt at a job replaces an older one.
  private mutating func take(_ lease: Lease) {
    guard leavingUntil == nil else { return send(.released(lease.attempt)) }
    if let known = tasks.first(where: { $0.attempt.job == lease.attempt.job }) {
      guard known.attempt.number < lease.attempt.number else { return }
      drop(known.attempt)
    }
    let task = WorkerTask(lease: lease)
    tasks.append(task)
    outbox.append(.fetch(lease.attempt, task.needs))
  }

  /// Forgets an attempt that the coordinator has acknowledged or revoked.
  private mutating func drop(_ attempt: Attempt) {
    guard let index = index(of: attempt) else { return }
    tasks.remove(at: index)
    if started.contains(attempt) { outbox.append(.stop(attempt, checkpoint: false)) }
  }

  private mutating func joinAgain() {
    wasForgotten = true
    // The worker joins once for any number of these messages. If that message is lost, a tick
    // repeats it.
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
    lastSent = now
    let holding = tasks.map { HeldAttempt(attempt: $0.attempt, step: $0.step) }
    outbox.append(.send(.join(description, holding: holding)))
  }

  private mutating func handleTick() {
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
    } else if now - lastSent >= terms.heartbeat {
      send(.heartbeat)
    }
  }

  /// Ends the process with status 3 if the coordinator never answered or has been silent for too
  /// long.
  private mutating func exitIfCoordinatorIsSilent() {
    if terms == nil {
      guard now - Instant.origin >= settings.connectTimeout else { return }
      outbox.append(.notify("no coordinator answered within \(settings.connectTimeout.text)"))
    } else {
      // The silence counts from the end of the last computation at the earliest, so that its result
      // can still be sent.
      let start = max(lastHeard, idleSince)
      guard started.isEmpty, now - start >= settings.silenceTimeout else { return }
      outbox.append(.notify("the coordinator has been silent for \(settings.silenceTimeout.text)"))
    }
    exit(status: 3)
  }

  /// Sends a message if the worker has joined. Before that the message is dropped, since `accept`
  /// repeats the reports that matter after joining.
  mutating func send(_ message: WorkerMessage) {
    guard isJoined else { return }
    lastSent = now
    outbox.append(.send(message))
  }

  mutating func exit(status: Int32) {
    hasExited = true
    outbox.append(.exit(status: status))
  }
}
