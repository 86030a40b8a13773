import Foundation
import Jobs
import Scheduling

/// The state of a run at one moment, as a value that programs can read.
///
/// A running coordinator creates it from its state. `init(of:history:coordinatorIsRunning:)`
/// creates it from a run directory, whether the run has finished, was interrupted or crashed.
/// `dipper status --json` prints it as JSON, in which absent values have no key.
///
/// - Version 1 has the fields below. The number is raised when a field is removed or changes its
///   meaning, but not when a field is added.
public struct RunSnapshot: Hashable, Sendable, Codable {
  /// The version of this format that the program writes.
  public static let currentVersion = 1

  /// The state of a run as a whole.
  public enum Phase: String, Hashable, Sendable, Codable {
    /// A coordinator runs on the directory.
    case running
    /// Every job is done or discarded.
    case finished
    /// Jobs remain, no coordinator runs, and no attempt is open: the coordinator was stopped.
    /// Repeating the command continues the run.
    case interrupted
    /// Jobs remain, no coordinator runs, and some attempts are still open: the coordinator was
    /// killed or its machine failed. Repeating the command continues the run.
    case crashed
  }

  /// The number of jobs in each state. The five states add up to the number of jobs of the plan.
  public struct Counts: Hashable, Sendable, Codable {
    /// The number of jobs that wait for another job.
    public var waiting: Int
    /// The number of jobs that wait for a worker.
    public var ready: Int
    /// The number of jobs with an open attempt.
    public var running: Int
    /// The number of jobs that are done.
    public var done: Int
    /// The number of jobs that failed too often, were cancelled, or depend on a discarded job.
    public var discarded: Int
    /// The number of finished jobs for which two workers computed different results. They are also
    /// counted in `done`.
    public var contested: Int

    /// The number of jobs of the plan.
    public var total: Int { waiting + ready + running + done + discarded }
  }

  /// A job of the plan and its state.
  public struct JobSnapshot: Hashable, Sendable, Codable {
    /// The job's name, 64 hexadecimal digits.
    public var id: String
    /// The label of the job, such as `lung M3 train`.
    public var label: String
    /// One of `train`, `predict`, `fit` and `solve`.
    public var kind: String
    /// The method's name, such as `M3`.
    public var method: String
    /// The name of the data set.
    public var dataset: String
    /// The names of the job's cases.
    public var cases: [String]
    /// One of `waiting`, `ready`, `running`, `done` and `discarded`.
    public var state: String
    /// The number of attempts so far.
    public var attempts: Int
    /// The number of attempts that failed.
    public var failures: Int
    /// The worker of the open attempt, or of the attempt that finished the job.
    public var worker: String?
    /// The reason why the job was discarded, or else the message of its last failure. It is nil for
    /// a job that is done.
    public var reason: String?
    /// The number of steps that the open attempt has done.
    public var step: Int?
    /// The number of steps that the open attempt has in all.
    public var totalSteps: Int?
    /// The last metrics by name, such as `loss` and `energy`. Values that are not finite are left
    /// out.
    public var metrics: [String: Double]
    /// The wall time of the attempt that finished the job, in seconds.
    public var seconds: Double?
    /// True if two workers computed different results.
    public var isContested: Bool
  }

  /// A worker that is connected.
  public struct WorkerSnapshot: Hashable, Sendable, Codable {
    /// The name of the worker.
    public var id: String
    /// The name of the worker's machine.
    public var host: String
    /// The number of jobs that the worker holds.
    public var jobs: Int
  }

  /// The version of this format.
  public var version: Int
  /// The name of the experiment.
  public var experiment: String
  /// The state of the run as a whole.
  public var phase: Phase
  /// The number of jobs in each state.
  public var counts: Counts
  /// The jobs in the order of the plan.
  public var jobs: [JobSnapshot]
  /// The connected workers in the order in which they joined; empty if no coordinator runs.
  public var workers: [WorkerSnapshot]
  /// True if a sweep has not chosen its settings yet. More jobs follow when it has.
  public var awaitsSelection: Bool
  /// The expected time until every job is done, in seconds; nil if it is not known.
  public var secondsLeft: Double?
}

extension RunSnapshot {
  /// Creates the snapshot of a run directory.
  ///
  /// - Parameters:
  ///   - manifest: the manifest of the run directory.
  ///   - history: the fold of its journal.
  ///   - coordinatorIsRunning: true if a coordinator uses the directory at this moment.
  public init(of manifest: RunManifest, history: RunHistory, coordinatorIsRunning: Bool) {
    let jobs = manifest.plan.jobs.map { JobSnapshot($0, status: history.status(of: $0.id)) }
    let counts = Counts(jobs)
    let isUnfinished =
      counts.done + counts.discarded < counts.total || manifest.awaitsSelection
    let phase: Phase =
      if coordinatorIsRunning {
        .running
      } else if counts.running > 0 {
        .crashed
      } else {
        isUnfinished ? .interrupted : .finished
      }
    self.init(
      version: Self.currentVersion, experiment: manifest.plan.name, phase: phase, counts: counts,
      jobs: jobs, workers: [], awaitsSelection: manifest.awaitsSelection, secondsLeft: nil)
  }

  /// Creates the snapshot of a running coordinator.
  ///
  /// - Parameters:
  ///   - state: the state of the coordinator.
  ///   - plan: every job that the coordinator has been given so far.
  ///   - awaitsSelection: true if a sweep has not chosen its settings yet.
  public init(of state: CoordinatorState, plan: Plan, awaitsSelection: Bool) {
    let jobs = plan.jobs.map { JobSnapshot($0, status: state.status(of: $0.id)) }
    self.init(
      version: Self.currentVersion, experiment: plan.name, phase: .running, counts: Counts(jobs),
      jobs: jobs,
      workers: state.workers.map {
        WorkerSnapshot(id: $0.id.name, host: $0.description.host, jobs: $0.leases)
      },
      awaitsSelection: awaitsSelection, secondsLeft: timeLeft(state))
  }
}

extension RunManifest {
  /// True if a sweep has not chosen its settings yet.
  fileprivate var awaitsSelection: Bool {
    choice != nil && !plan.scorings.contains { $0.purpose == .report }
  }
}

extension RunSnapshot.Counts {
  fileprivate init(_ jobs: [RunSnapshot.JobSnapshot]) {
    func count(_ state: JobState) -> Int { jobs.count { $0.state == state.rawValue } }
    waiting = count(.waiting)
    ready = count(.ready)
    running = count(.running)
    done = count(.done)
    discarded = count(.discarded)
    contested = jobs.count(where: \.isContested)
  }
}

extension RunSnapshot.JobSnapshot {
  /// Creates the snapshot of one job.
  ///
  /// - Parameter status: the job's status, or nil if the journal does not know the job yet.
  fileprivate init(_ planned: PlannedJob, status: JobStatus?) {
    id = planned.id.description
    label = planned.label
    kind = planned.job.kind.rawValue
    method = planned.job.method.rawValue
    dataset = planned.dataset
    cases = planned.cases
    state = status.state(of: planned).rawValue
    attempts = status?.lastAttempt ?? 0
    failures = status?.failures ?? 0
    worker = (status?.holder ?? status?.completion?.worker)?.name
    reason = status?.completion == nil ? status?.reason ?? status?.lastFailure?.message : nil
    step = status?.progress?.step
    totalSteps = status?.progress?.total
    let last = status?.completion?.result.metrics ?? status?.progress?.metrics ?? [:]
    metrics = last.filter(\.value.isFinite)
    seconds = status?.completion?.result.seconds
    isContested = status?.isContested ?? false
  }
}

extension JobStatus? {
  /// Returns the state of a job of the plan. The fold of a journal without a coordinator has
  /// `notRequested` for every job that is not settled; such a job is running if an attempt is open,
  /// and waiting or ready otherwise.
  fileprivate func state(of planned: PlannedJob) -> JobState {
    if let state = self?.state, state != .notRequested { return state }
    if self?.openAttempt != nil { return .running }
    return planned.dependencies.isEmpty ? .ready : .waiting
  }
}

/// Returns the expected time in seconds until every job is done. The estimate scales the expected
/// cost of the remaining jobs by the ratio of measured time to expected cost of the finished ones.
/// It is nil if no job has finished, no worker is connected, or no job remains.
package func timeLeft(_ state: CoordinatorState) -> Double? {
  let work = state.workload
  guard work.finishedCost > 0, !state.workers.isEmpty, state.counts.unsettled > 0 else {
    return nil
  }
  let workers = min(state.workers.count, state.counts.unsettled)
  return work.remainingCost * work.finishedSeconds / work.finishedCost / Double(workers)
}
