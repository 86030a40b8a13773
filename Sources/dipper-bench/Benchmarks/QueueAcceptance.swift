import Coordinator
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Synchronization

/// A million jobs: until a real coordinator has them in its journal on disk and in its queue, and how
/// fast two workers get them from it, beside a queue of a tenth. Once.
struct QueueAcceptance: Benchmark {
  let name = "queue"
  let abstract = "accepting a queue of a million jobs, on disk, and handing out from it"
  private let count = 1_000_000

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    try report(
      Figure("queue-accepted", try acceptance(place), "s for 10^6 jobs", peer: "target", 10)
    )
    let (long, short) = (try pace(of: count, place), try pace(of: count / 10, place))
    try report(
      Figure(
        "queue-pace", 1e6 * long, "us a job, the first 50,000 of 10^6",
        peer: "the first 50,000 of 10^5", 1e6 * short))
  }

  /// Seconds from job to job.
  private func pace(of count: Int, _ place: Place) throws -> Double {
    let span = Span(workers: 2)
    var run = CoordinatedRun(
      name: "queue-\(count)", jobs: (0..<count).map(Job.blank), part: .idle, workers: 2, credit: 128
    )
    run.limit = 50_000
    _ = try run.run(in: place, display: span)
    return span.secondsForOne
  }

  private func acceptance(_ place: Place) throws -> Double {
    let folder = place.scratch.appending(path: "queue", directoryHint: .isDirectory)
    let plan = Plan(
      name: name,
      jobs: (0..<count).map { PlannedJob(job: .blank($0), dataset: "none", cases: [], cost: 1) })
    let runtime = try CoordinatorRuntime(listening: Endpoint(parsing: "tcp://127.0.0.1:*"))
    let directory = try RunDirectory(at: folder)
    let journal = try SQLiteJournal(folder: folder, experiment: name, at: Date())
    let acceptance = Acceptance { runtime.interrupt() }
    let start = now()
    _ = try runtime.run(
      plan, in: directory, journal: journal, history: RunHistory(folding: []),
      settings: CoordinatorSettings(),
      display: acceptance, logger: Logger(label: "bench"), now: instant, date: { Date() })
    guard let end = acceptance.moment else { throw BenchmarkError("the jobs were not accepted") }
    return end - start
  }
}

/// Sees when the jobs are in the queue, and has no more to do then.
private final class Acceptance: ProgressDisplay {
  private let noted = Mutex<Double?>(nil)
  private let done: @Sendable () -> Void

  init(done: @escaping @Sendable () -> Void) { self.done = done }

  var moment: Double? { noted.withLock(\.self) }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {}

  func update(_ state: CoordinatorState, at now: Instant) {
    let isFirst = noted.withLock { noted in
      guard noted == nil else { return false }
      noted = dipper_bench.now()
      return true
    }
    if isFirst { done() }
  }
}
