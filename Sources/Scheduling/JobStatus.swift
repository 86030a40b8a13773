import Jobs

/// Where a job stands.
public enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Known from an earlier run in the same journal, not asked for in this one.
  case notRequested
  /// Waits for a job that it depends on.
  case waiting
  /// Waits for a worker.
  case ready
  /// In a worker's hands, or thought to be.
  case running
  /// Done.
  case done
  /// Failed too often, or what it depends on did: no more attempts.
  case discarded
}

/// How a job was done.
public struct Completion: Hashable, Sendable {
  /// By which attempt.
  public let attempt: Attempt
  /// By which worker.
  public let worker: WorkerID
  /// What it left.
  public let result: JobResult
}

/// What another attempt at a job that is done has left.
public struct Audit: Hashable, Sendable {
  /// Which attempt.
  public let attempt: Attempt
  /// By which worker.
  public let worker: WorkerID
  /// What it left.
  public let result: JobResult
  /// Whether these are the digests that the job was done with.
  public let agrees: Bool
}

/// All that is known of a job.
public struct JobStatus: Hashable, Sendable {
  /// The job in its place.
  public let planned: PlannedJob
  /// Where it stands.
  public internal(set) var state = JobState.notRequested
  /// The highest attempt number handed out; 0 before the first.
  public internal(set) var lastAttempt = 0
  /// Who holds the attempt `lastAttempt`, while it is open.
  public internal(set) var holder: WorkerID?
  /// How many attempts failed.
  public internal(set) var failures = 0
  /// How many attempts in a row lost their worker without having got beyond the checkpoint that they
  /// began with, but for the first.
  public internal(set) var losses = 0
  /// The state from which the next attempt continues.
  public internal(set) var checkpoint: Checkpoint?
  /// What the open attempt last said; nil without one.
  public internal(set) var progress: JobProgress?
  /// How it was done.
  public internal(set) var completion: Completion?
  /// What other attempts have left, compared with it.
  public internal(set) var audits: [Audit] = []
  /// Why the last attempt failed.
  public internal(set) var lastFailure: JobFailure?
  /// Why it was discarded.
  public internal(set) var reason: String?
  /// Whether the user wants it no longer; the open attempt, if there is one, is to end.
  public internal(set) var isCancelled = false

  /// The checkpoint from which the open attempt started.
  var startedFrom: Checkpoint?
  /// Whose the attempts were that ended undone, by their numbers.
  var formerHolders: [Int: WorkerID] = [:]
  /// Its place in the plan.
  var rank = Int.max

  /// Why a cancelled job is discarded.
  public static let cancellation = "cancelled"

  init(planned: PlannedJob) { self.planned = planned }

  /// Begins anew; the attempts' numbers go on, and a cancelled job's checkpoint is still good.
  mutating func forgetOutcome() {
    if completion != nil { checkpoint = nil }
    (completion, audits, reason, isCancelled) = (nil, [], nil, false)
    (failures, losses) = (0, 0)
  }

  /// The attempt under way, if there is one.
  public var openAttempt: Attempt? {
    holder == nil ? nil : Attempt(job: planned.id, number: lastAttempt)
  }

  /// Whether nothing remains to be done about it.
  public var isSettled: Bool { state == .done || state == .discarded }

  /// Whether it was discarded, or will be when its open attempt ends undone.
  var isRetryable: Bool { state == .discarded || isCancelled && state != .done }

  /// Whether two workers have computed different results of it.
  public var isContested: Bool { audits.contains { !$0.agrees } }

  /// The weights that the finished job left.
  public var weights: BlobReference? {
    completion?.result.outputs.first { $0.role == .weights }?.blob
  }
}

/// How many of the experiment's jobs stand where.
public struct JobCounts: Hashable, Sendable {
  /// Waiting for another job.
  public internal(set) var waiting = 0
  /// Waiting for a worker.
  public internal(set) var ready = 0
  /// In a worker's hands.
  public internal(set) var running = 0
  /// Done.
  public internal(set) var done = 0
  /// Given up.
  public internal(set) var discarded = 0

  /// All jobs of the experiment.
  public var total: Int { waiting + ready + running + done + discarded }
  /// Jobs about which something remains to be done.
  public var unsettled: Int { waiting + ready + running }

  mutating func add(_ amount: Int, to state: JobState) {
    switch state {
    case .notRequested: break
    case .waiting: waiting += amount
    case .ready: ready += amount
    case .running: running += amount
    case .done: done += amount
    case .discarded: discarded += amount
    }
  }
}

/// What an estimate of the time left is made from.
public struct Workload: Hashable, Sendable {
  /// Expected seconds of the jobs that are not settled.
  public internal(set) var remainingCost = 0.0
  /// Expected seconds of the jobs done in this coordinator's life.
  public internal(set) var finishedCost = 0.0
  /// Seconds that these jobs really took.
  public internal(set) var finishedSeconds = 0.0
}
