import Jobs
import Scheduling

/// The state of a job according to the journal, and the messages that were sent because of it.
struct ObservedJob {
  let planned: PlannedJob
  private(set) var isSubmitted = false
  private(set) var lastNumber = 0
  private(set) var holder: WorkerID?
  /// The number of the attempt that finished the job.
  private(set) var completion: Int?
  /// The worker that finished the job.
  private(set) var completer: WorkerID?
  private(set) var isDiscarded = false
  private(set) var checkpoint: Checkpoint?
  private(set) var failures = 0
  private(set) var losses = 0
  /// True if the last worker that was lost is known to have died.
  private(set) var hasLostByDeath = false
  private(set) var hasFailedForGood = false
  /// The instant at which the last attempt ended.
  private(set) var closedAt = Instant.origin
  private var startedFrom: Checkpoint?

  /// The highest attempt number that was sent to a worker.
  var highestSent = 0
  /// True if the result was acknowledged to a worker.
  var isAcknowledged = false

  init(_ planned: PlannedJob) { self.planned = planned }

  var label: String { planned.label }
  var isSettled: Bool { completion != nil || isDiscarded }
  /// True if the job was leased before and waits for its next lease.
  var waitsForRetry: Bool { lastNumber > 0 && holder == nil && !isSettled }

  func isCurrent(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    holder == worker && lastNumber == attempt.number
  }

  /// Forgets all events, but not the messages that were sent.
  mutating func forgetFacts() {
    var fresh = ObservedJob(planned)
    fresh.highestSent = highestSent
    fresh.isAcknowledged = isAcknowledged
    self = fresh
  }

  mutating func fold(_ event: JournalEvent, at now: Instant) {
    switch event {
    case .submitted: isSubmitted = true
    case .leased(let attempt, let worker):
      lastNumber = attempt.number
      holder = worker
      startedFrom = checkpoint
    case .checkpointed(_, let newest): checkpoint = newest
    case .completed(let attempt, let worker, _):
      completion = attempt.number
      completer = worker
      close(at: now)
    case .failed(_, _, let failure):
      failures += 1
      hasFailedForGood = !failure.isTransient
      // The attempt saved no checkpoint of its own, so the one from which it started may be
      // damaged.
      if checkpoint == startedFrom { checkpoint = nil }
      close(at: now)
    case .lost(_, _, let reason):
      hasLostByDeath = reason == SimulatedWorker.deathReason
      losses = checkpoint == startedFrom ? losses + 1 : 1
      close(at: now)
    case .released: close(at: now)
    case .discarded: isDiscarded = true
    case .auditLeased(let attempt, _): lastNumber = attempt.number
    case .cancelled, .requeued, .imported, .audited: break
    }
  }

  /// Returns true if so many workers were lost in a row that the job must be discarded.
  func isDeadly(under settings: CoordinatorSettings) -> Bool {
    losses >= settings.maximumLosses || hasLostByDeath && losses >= settings.maximumDeaths
  }

  private mutating func close(at now: Instant) {
    holder = nil
    closedAt = now
  }
}
