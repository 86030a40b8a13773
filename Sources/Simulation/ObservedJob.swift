import Jobs
import Scheduling

/// What the journal says of a job, and what was said on its strength.
struct ObservedJob {
  let planned: PlannedJob
  private(set) var isSubmitted = false
  private(set) var lastNumber = 0
  private(set) var holder: WorkerID?
  /// Which attempt finished it.
  private(set) var completion: Int?
  /// Who finished it.
  private(set) var completer: WorkerID?
  private(set) var isDiscarded = false
  private(set) var checkpoint: Checkpoint?
  private(set) var failures = 0
  private(set) var losses = 0
  private(set) var hasFailedForGood = false
  /// When its last attempt ended.
  private(set) var closedAt = Instant.origin
  private var startedFrom: Checkpoint?

  /// The highest number under which it was sent to a worker.
  var highestSent = 0
  /// A worker was told that its result is safe.
  var isAcknowledged = false

  init(_ planned: PlannedJob) { self.planned = planned }

  var label: String { planned.label }
  var isSettled: Bool { completion != nil || isDiscarded }
  /// It was handed out before and waits to be handed out again.
  var waitsForRetry: Bool { lastNumber > 0 && holder == nil && !isSettled }

  func isCurrent(_ attempt: Attempt, of worker: WorkerID) -> Bool {
    holder == worker && lastNumber == attempt.number
  }

  /// As before the first fact; what was said cannot be unsaid.
  mutating func forgetFacts() {
    var fresh = ObservedJob(planned)
    (fresh.highestSent, fresh.isAcknowledged) = (highestSent, isAcknowledged)
    self = fresh
  }

  mutating func fold(_ event: JournalEvent, at now: Instant) {
    switch event {
    case .submitted: isSubmitted = true
    case .leased(let attempt, let worker):
      (lastNumber, holder, startedFrom) = (attempt.number, worker, checkpoint)
    case .checkpointed(_, let newest): checkpoint = newest
    case .completed(let attempt, let worker, _):
      (completion, completer) = (attempt.number, worker)
      close(at: now)
    case .failed(_, _, let failure):
      failures += 1
      hasFailedForGood = !failure.isTransient
      // The attempt has not got beyond the state that it started from: that may be damaged.
      if checkpoint == startedFrom { checkpoint = nil }
      close(at: now)
    case .lost:
      losses = checkpoint == startedFrom ? losses + 1 : 1
      close(at: now)
    case .released: close(at: now)
    case .discarded: isDiscarded = true
    case .auditLeased(let attempt, _): lastNumber = attempt.number
    case .cancelled, .requeued, .imported, .audited: break
    }
  }

  private mutating func close(at now: Instant) {
    holder = nil
    closedAt = now
  }
}
