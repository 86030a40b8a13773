import Blobs
import Coordinator
import Errors
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Worker

/// A run with a real coordinator in this process and real worker processes.
///
/// As in production, messages are encrypted by CURVE, and journal and blobs are on disk before
/// results are acknowledged.
struct CoordinatedRun {
  /// Name of the run's folder in the scratch folder.
  let name: String
  let jobs: [Job]
  /// The blobs named by the jobs.
  var inputs: [Data] = []
  let workload: Workload
  /// Number of worker processes.
  let workers: Int
  /// Number of jobs that a worker holds at once.
  let credit: Int
  /// Number of completed jobs after which the run ends; nil for all.
  var limit: Int?

  /// Runs until all jobs are done, or the first `limit` of them.
  ///
  /// - Returns: the processor time of all processes.
  /// - Throws: `DipperError` of code `benchmarkFailed` if a job was not done.
  func run(in environment: BenchmarkEnvironment, display: any ProgressDisplay) throws -> Duration {
    let folder = environment.scratch.appending(path: name, directoryHint: .isDirectory)
    let keys = KeyFolder(folder.appending(path: "keys"))
    try keys.generate(workers: ["one"], replacing: false)
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"), keys: keys.coordinatorKeys())
    let directory = try RunDirectory(at: folder.appending(path: "state"))
    for bytes in inputs { try directory.blobs.put(bytes) }
    let before = processorTime()
    let processes = try (0..<workers).map { index in
      try startWorker(
        "\(runtime.endpoint)", keys: keys.worker("one").folder,
        cache: folder.appending(path: "cache-\(index)"), in: environment)
    }
    let outcome = try coordinate(runtime, in: directory, display: display)
    for process in processes { process.waitUntilExit() }
    guard outcome == (limit == nil ? .finished(discarded: 0) : .interrupted) else {
      throw DipperError(.benchmarkFailed, "\(name): not every job was done: \(outcome)")
    }
    return processorTime() - before
  }

  private func coordinate(
    _ runtime: CoordinatorRuntime, in directory: RunDirectory, display: any ProgressDisplay
  ) throws -> CoordinatorOutcome {
    let journal = try SQLiteJournal(folder: directory.folder, experiment: name, at: Date())
    let conclusion = try runtime.run(
      Plan(name: name, withoutCases: jobs), in: directory, journal: journal,
      history: RunHistory(folding: []),
      settings: CoordinatorSettings(),
      display: limit.map { StopAfter($0, display: display) { runtime.interrupt() } } ?? display,
      logger: Logger(label: "bench"), now: { Instant(sinceOrigin: uptime()) }, date: { Date() })
    return conclusion.outcome
  }

  private func startWorker(
    _ endpoint: String, keys: URL, cache: URL, in environment: BenchmarkEnvironment
  ) throws -> Process {
    let process = Process()
    process.executableURL = environment.programs.appending(path: "dipper-bench")
    process.arguments = ["worker", workload.rawValue, endpoint, keys.path, cache.path, "\(credit)"]
    try process.run()
    return process
  }

  /// Returns the processor time of this process and of its children that have ended.
  private func processorTime() -> Duration {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(.zero) { sum, who in
      var usage = rusage()
      getrusage(who.rawValue, &usage)
      return sum + Duration(usage.ru_utime) + Duration(usage.ru_stime)
    }
  }
}

extension Plan {
  /// Creates a plan of equally expensive jobs that belong to no data set and have no cases.
  init(name: String, withoutCases jobs: [Job]) {
    self.init(
      name: name, jobs: jobs.map { PlannedJob(job: $0, dataset: "none", cases: [], cost: 1) })
  }
}

extension Duration {
  fileprivate init(_ time: timeval) {
    self = .seconds(time.tv_sec) + .microseconds(time.tv_usec)
  }
}
