import Jobs

/// The state of a job according to the journal and to the reports of workers.
public struct JobStatus: Hashable, Sendable {
  /// The job with its label, cost and dependencies in the plan.
  public let planned: PlannedJob
  /// The state in which the job is now.
  public internal(set) var state = JobState.notRequested
  /// The highest attempt number that was leased, or 0 before the first lease.
  public internal(set) var lastAttempt = 0
  /// The worker that holds the attempt `lastAttempt`, or nil if no attempt is open.
  public internal(set) var holder: WorkerID?
  /// The number of attempts that failed.
  public internal(set) var failures = 0
  /// The number of attempts in a row that lost their worker. An attempt that had saved a new
  /// checkpoint begins a new count at 1.
  public internal(set) var losses = 0
  /// The checkpoint from which the next attempt continues, or nil to start from the beginning.
  public internal(set) var checkpoint: Checkpoint?
  /// The last progress of the open attempt, or nil if none was reported.
  public internal(set) var progress: JobProgress?
  /// The attempt, worker and result by which the job was done, or nil if it is not done.
  public internal(set) var completion: Completion?
  /// The results of other attempts, each compared with the result that counts.
  public internal(set) var audits: [Audit] = []
  /// The reason why the last attempt failed.
  public internal(set) var lastFailure: JobFailure?
  /// The reason why the job was discarded.
  public internal(set) var reason: String?
  /// True if the user has cancelled the job. An open attempt is asked to end.
  public internal(set) var isCancelled = false

  /// The checkpoint from which the open attempt started.
  var startedFrom: Checkpoint?
  /// The workers of attempts that were lost or released, by attempt number. A late result of one of
  /// them is compared with the result that counts.
  var formerHolders: [Int: WorkerID] = [:]
  /// The job's rank in the order of requests, or the maximum if it was not requested.
  var rank = Int.max

  /// The value of `reason` for a cancelled job.
  public static let cancellation = "cancelled"

  init(planned: PlannedJob) { self.planned = planned }

  /// Forgets how the job ended, so that it can be tried again. Attempt numbers continue to count
  /// up, and the checkpoint of a cancelled job is kept.
  mutating func forgetOutcome() {
    if completion != nil { checkpoint = nil }
    completion = nil
    audits = []
    reason = nil
    isCancelled = false
    failures = 0
    losses = 0
  }

  /// The attempt that is under way, or nil if there is none.
  public var openAttempt: Attempt? {
    holder == nil ? nil : Attempt(job: planned.id, number: lastAttempt)
  }

  /// True if the job is done or discarded.
  public var isSettled: Bool { state == .done || state == .discarded }

  /// True if the job was discarded, or will be as soon as its open attempt ends unfinished.
  var isRetryable: Bool { state == .discarded || isCancelled && state != .done }

  /// True if two workers have computed different results for the job.
  public var isContested: Bool { audits.contains { !$0.agrees } }

  /// The weights of the finished training, or nil for any other job.
  public var weights: BlobReference? {
    completion?.result.outputs.first { $0.role == .weights }?.blob
  }
}
