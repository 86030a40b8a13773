import Coordinator
import Experiments
import Foundation
import Logging
import Messaging
import Scheduling
import Store

/// Jobs that do nothing, through a real coordinator and real workers: CURVE, an SQLite journal that is
/// on disk before anything is acknowledged, two worker processes.
struct JobThroughput: Benchmark {
  let name = "jobs"
  let abstract = "handing out jobs that do nothing to two workers, beside Dask and Ray"
  private let count = 20_000

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let busy = try run(count, credit: 128, workers: 2, place)
    let peers = [
      ("Ray", try place.peer("ray_jobs.py", []).work()["seconds"] ?? 0),
      ("Dask", try place.peer("dask_jobs.py", []).work()["seconds"] ?? 0),
    ]
    for (peer, seconds) in peers {
      try report(
        Figure(
          "jobs-\(peer.lowercased())", 1e6 * busy.seconds / Double(count), "us a job",
          peer: "\(peer), neither durable nor encrypted", 1e6 * seconds))
    }
    try report(
      Figure(
        "jobs-processor", 1e6 * busy.processor / Double(count), "us of processor a job",
        peer: "what we aim at", 50))
    let single = try run(2000, credit: 1, workers: 1, place)
    try report(
      Figure(
        "jobs-round-trip", 1e3 * single.seconds / 2000, "ms, mean", peer: "what we aim at", 0.5))
  }

  /// Wall time from the first to the last job, and processor time of all processes, in seconds.
  private func run(
    _ count: Int, credit: Int, workers: Int, _ place: Place
  ) throws -> (seconds: Double, processor: Double) {
    let folder = place.scratch.appending(path: "jobs-\(credit)", directoryHint: .isDirectory)
    let keys = KeyFolder(folder.appending(path: "keys"))
    try keys.generate(workers: ["one"], replacing: false)
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"), keys: keys.coordinatorKeys())
    let state = try StateFolder(at: folder.appending(path: "state"))
    let journal = try SQLiteJournal(folder: state.folder, experiment: "jobs", at: Date())
    let before = processorSeconds()
    let processes = try (0..<workers).map { index in
      let process = Process()
      process.executableURL = place.programs.appending(path: "dipper-bench")
      process.arguments = [
        "idle-worker", "\(runtime.endpoint)", keys.worker("one").folder.path,
        folder.appending(path: "cache-\(index)").path, "\(credit)",
      ]
      try process.run()
      return process
    }
    let span = Span()
    _ = try runtime.run(
      plan(count), state: state, journal: journal, history: [], settings: CoordinatorSettings(),
      display: span, logger: Logger(label: "bench"), now: { now() }, date: { Date() })
    for process in processes { process.waitUntilExit() }
    return (span.seconds, processorSeconds() - before)
  }

  private func plan(_ count: Int) -> Plan {
    let jobs = (0..<count).map { index in
      PlannedJob(
        job: Job(
          kind: .solve, method: .totalVariation, seed: UInt64(index), preparation: Preparation(),
          energy: EnergyParameters(), numerics: Numerics(), inputs: []),
        dataset: "none", cases: [], cost: 1)
    }
    return Plan(name: "jobs", jobs: jobs)
  }

  /// Of this process and of all its children that have ended.
  private func processorSeconds() -> Double {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, who in
      var usage = rusage()
      getrusage(who.rawValue, &usage)
      let (user, system) = (usage.ru_utime, usage.ru_stime)
      return sum + Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
    }
  }
}
