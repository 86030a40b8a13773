import DequeModule
import Jobs

/// A worker as a pure state machine: a stimulus goes in, directives come out. It does no input or output
/// and reads no clock.
///
/// It holds several leases. One of them has the compute thread while the blobs of the others are fetched; a
/// few wait at the thread, so that it never idles between two short attempts.
///
/// Every report is true when it is sent: a checkpoint or result is named only after the coordinator has its
/// blobs. Every message may be lost, so once per lease the worker joins again and names all that it holds,
/// and whenever it is welcomed it repeats the reports that are not acknowledged.
public struct WorkerState: Sendable {
  /// The settings, which do not change.
  public let settings: WorkerSettings
  let description: WorkerDescription

  /// The attempts that the worker holds, in the order of their leases.
  var tasks: Deque<WorkerTask> = []
  /// The attempts that the compute thread was given, in the order in which it takes them. The first one has
  /// the thread. Some may be no longer among the tasks.
  var started: Deque<Attempt> = []
  /// The instant at which the last computation ended.
  var idleSince = Instant.origin
  var terms: LeaseTerms?
  var isJoined = false
  /// True if the coordinator has said that it does not know this worker, so that transfers to it are lost.
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

  /// Creates a worker that has sent nothing yet. The first stimulus, a `tick`, makes it join.
  public init(description: WorkerDescription, settings: WorkerSettings) {
    self.description = description
    self.settings = settings
  }

  /// Reacts to `stimulus` and returns the directives in the order in which they must be carried out.
  ///
  /// A clock that jumps back counts as one that stood
  /// still.
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

  /// Forgets an attempt that is over for the coordinator.
  private mutating func drop(_ attempt: Attempt) {
    guard let index = index(of: attempt) else { return }
    tasks.remove(at: index)
    if started.contains(attempt) { outbox.append(.stop(attempt, checkpoint: false)) }
  }

  private mutating func joinAgain() {
    wasForgotten = true
    // One answer serves for any number of these messages; if it is lost, a tick repeats it.
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

  /// Ends the process if the coordinator has never answered, or has been silent for too long.
  private mutating func exitIfCoordinatorIsSilent() {
    if terms == nil {
      guard now - Instant.origin >= settings.connectTimeout else { return }
      outbox.append(.notify("no coordinator answered within \(settings.connectTimeout.text)"))
    } else {
      // The silence counts from the end of the last computation, whose result waits to be sent.
      let start = max(lastHeard, idleSince)
      guard started.isEmpty, now - start >= settings.silenceTimeout else { return }
      outbox.append(.notify("the coordinator has been silent for \(settings.silenceTimeout.text)"))
    }
    exit(status: 3)
  }

  /// Sends a message, unless the worker has not joined; `accept` repeats what matters after joining.
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
