import Blobs
import Coordinator
import Foundation
import Jobs
import Methods
import Journal
import Logging
import Messaging
import Runs
import Scheduling

/// A real coordinator in this process and real worker processes: CURVE, and a journal and blobs that
/// are on disk before anything is acknowledged.
struct CoordinatedRun {
  /// The folder of the run in the scratch folder.
  let name: String
  let jobs: [Job]
  /// The bytes that the jobs name.
  var inputs: [Data] = []
  /// What the workers compute.
  let part: WorkerPart
  let workers: Int
  /// Jobs that a worker holds at once.
  let credit: Int
  /// Jobs done after which it ends; all where nil.
  var limit: Int?

  /// Runs until every job is done, or as many as are wanted.
  ///
  /// - Returns: the processor time of all processes, in seconds.
  func run(in place: Place, display: any ProgressDisplay) throws -> Double {
    let folder = place.scratch.appending(path: name, directoryHint: .isDirectory)
    let keys = KeyFolder(folder.appending(path: "keys"))
    try keys.generate(workers: ["one"], replacing: false)
    let runtime = try CoordinatorRuntime(
      listening: Endpoint(parsing: "tcp://127.0.0.1:*"), keys: keys.coordinatorKeys())
    let directory = try RunDirectory(at: folder.appending(path: "state"))
    for bytes in inputs { try directory.blobs.put(bytes) }
    let journal = try SQLiteJournal(folder: directory.folder, experiment: name, at: Date())
    let before = processorSeconds()
    let processes = try (0..<workers).map { index in
      try start(
        place, "\(runtime.endpoint)", keys.worker("one").folder,
        cache: folder.appending(path: "cache-\(index)"))
    }
    let conclusion = try runtime.run(
      plan, in: directory, journal: journal, history: RunHistory(folding: []),
      settings: CoordinatorSettings(),
      display: limit.map { Limited(display, to: $0) { runtime.interrupt() } } ?? display,
      logger: Logger(label: "bench"), now: instant, date: { Date() })
    for process in processes { process.waitUntilExit() }
    guard conclusion.outcome == (limit == nil ? .finished(discarded: 0) : .interrupted) else {
      throw BenchmarkError("\(name): not every job was done: \(conclusion.outcome)")
    }
    return processorSeconds() - before
  }

  private func start(
    _ place: Place, _ endpoint: String, _ keys: URL, cache: URL
  ) throws -> Process {
    let process = Process()
    process.executableURL = place.programs.appending(path: "dipper-bench")
    process.arguments = ["worker", part.rawValue, endpoint, keys.path, cache.path, "\(credit)"]
    try process.run()
    return process
  }

  private var plan: Plan {
    Plan(
      name: name,
      jobs: jobs.map { PlannedJob(job: $0, dataset: "none", cases: [], cost: 1) })
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

extension Job {
  /// A job of no particular content, one of many.
  static func blank(_ number: Int) -> Job {
    .fit(
      FitJob(
        basis: JobBasis(method: .deepImagePrior), inputs: [], seed: UInt64(number),
        prior: DeepImagePrior(), training: TrainingParameters(), outputAveraging: 0))
  }
}
