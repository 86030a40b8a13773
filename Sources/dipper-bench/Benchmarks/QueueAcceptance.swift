import Coordinator
import Errors
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Synchronization
import Worker

/// Measures a queue of a million jobs, once.
///
/// The figures are the time until a real coordinator has the jobs in its journal on disk and in its
/// queue, and the rate at which two workers get them, beside the rate with a tenth of the jobs.
struct QueueAcceptance: Benchmark {
  let name = "queue"
  let abstract = "accepting a queue of a million jobs, on disk, and handing out from it"
  private let count = 1_000_000

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    try report(
      Figure(
        "queue-accepted", ours: try acceptanceTime(in: environment), theirs: .seconds(10),
        in: .seconds, detail: " for 10^6 jobs", peer: "target"))
    let long = try timePerJob(of: count, in: environment)
    let short = try timePerJob(of: count / 10, in: environment)
    try report(
      Figure(
        "queue-pace", ours: long, theirs: short, in: .microseconds,
        detail: " a job, the first 50,000 of 10^6", peer: "the first 50,000 of 10^5"))
  }

  private func timePerJob(of count: Int, in environment: BenchmarkEnvironment) throws -> Duration {
    let timer = CompletionTimer(workers: 2)
    var run = CoordinatedRun(
      name: "queue-\(count)", jobs: (0..<count).map(Job.blank), workload: .idle, workers: 2,
      credit: 128)
    run.limit = 50_000
    _ = try run.run(in: environment, display: timer)
    return timer.timePerJob
  }

  private func acceptanceTime(in environment: BenchmarkEnvironment) throws -> Duration {
    let folder = environment.scratch.appending(path: "queue", directoryHint: .isDirectory)
    let plan = Plan(name: name, withoutCases: (0..<count).map(Job.blank))
    let runtime = try CoordinatorRuntime(listening: Endpoint(parsing: "tcp://127.0.0.1:*"))
    let directory = try RunDirectory(at: folder)
    let journal = try SQLiteJournal(folder: folder, experiment: name, at: Date())
    let acceptance = AcceptanceTimer { runtime.interrupt() }
    let start = uptime()
    _ = try runtime.run(
      plan, in: directory, journal: journal, history: RunHistory(folding: []),
      settings: CoordinatorSettings(),
      display: acceptance, logger: Logger(label: "bench"), now: { Instant(sinceOrigin: uptime()) },
      date: { Date() })
    guard let end = acceptance.time else {
      throw DipperError(.benchmarkFailed, "the jobs were not accepted")
    }
    return end - start
  }
}

/// Records the time at which the jobs are in the queue, and then ends the run.
private final class AcceptanceTimer: ProgressDisplay {
  private let accepted = Mutex<Duration?>(nil)
  private let end: @Sendable () -> Void

  init(end: @escaping @Sendable () -> Void) { self.end = end }

  var time: Duration? { accepted.withLock(\.self) }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {}

  func update(_ state: CoordinatorState, at now: Instant) {
    let isFirst = accepted.withLock { accepted in
      guard accepted == nil else { return false }
      accepted = uptime()
      return true
    }
    if isFirst { end() }
  }
}
