import Jobs

/// Measures the throughput of jobs that compute nothing, with a real coordinator and two real
/// worker processes, with encryption and a journal that is on disk before a result is acknowledged.
struct JobThroughput: Benchmark {
  let name = "jobs"
  let abstract = "handing out jobs that compute nothing to two workers, beside Dask and Ray"
  private let count = 100_000

  private struct JobTimes {
    /// The mean time per job once all workers have joined.
    let perJob: Duration
    /// The times from one completion to the next.
    let roundTrips: [Duration]
    /// Processor time per job of all processes, their start included.
    let processor: Duration
  }

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    // Both runs precede those of the peers, because the peers' daemons remain busy for a while.
    let single = try run(2000, credit: 1, workers: 1, in: environment)
    let busy = try run(count, credit: 128, workers: 2, in: environment)
    for (peer, script) in [("Ray", "ray_jobs.py"), ("Dask", "dask_jobs.py")] {
      let theirs = try environment.peer(script).time()
      try report(
        Figure(
          "jobs-\(peer.lowercased())", ours: busy.perJob, theirs: theirs, in: .microseconds,
          detail: " a job", peer: "\(peer), neither durable nor encrypted"))
    }
    try report(
      Figure(
        "jobs-processor", ours: busy.processor, theirs: .microseconds(50), in: .microseconds,
        detail: " of processor a job", peer: "target"))
    try report(
      Figure(
        "jobs-round-trip-p50", ours: median(single.roundTrips), theirs: .microseconds(500),
        in: .milliseconds, detail: ", of 2,000 jobs one by one", peer: "target"))
  }

  private func run(
    _ count: Int, credit: Int, workers: Int, in environment: BenchmarkEnvironment
  ) throws -> JobTimes {
    let timer = CompletionTimer(workers: workers)
    let run = CoordinatedRun(
      name: "jobs-\(credit)", jobs: (0..<count).map(Job.blank), workload: .idle,
      workers: workers, credit: credit)
    let processor = try run.run(in: environment, display: timer)
    return JobTimes(
      perJob: timer.timePerJob, roundTrips: timer.intervals, processor: processor / count)
  }
}
