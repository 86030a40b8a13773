import Jobs

/// Measures the throughput of results of a mebibyte with a real coordinator and two worker
/// processes.
///
/// Results are encrypted, their digests are checked, and they are on disk before they are
/// acknowledged. The figures are medians.
struct ResultThroughput: Benchmark {
  let name = "bulk"
  let abstract = "results of 1 MiB from two workers, encrypted and durable, beside Dask and Ray"
  private let count = 1000
  private let rounds = 3
  private let peers = ["Dask": "dask_jobs.py", "Ray": "ray_jobs.py"]
  /// Size of a result in units of 10^6 bytes.
  private let megabytes = Double(RandomResult.size) / 1e6

  /// The times per megabyte of one round.
  private struct ResultTimes {
    let wall: Duration
    /// Processor time of all processes, their start included.
    let processor: Duration
  }

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    var ours: [ResultTimes] = []
    var theirs: [String: [Duration]] = [:]
    for round in 0..<rounds {
      ours.append(try run(round, in: environment))
      for (name, script) in peers {
        // Each round has peers of its own, which take no processor time while Dipper is measured.
        let peer = try environment.peer(script, arguments: ["\(RandomResult.size)"])
        theirs[name, default: []].append(try peer.time() / megabytes)
      }
    }
    for (name, times) in theirs.sorted(by: { $0.key < $1.key }) {
      try report(figure(median(ours.map(\.wall)), peer: name, theirs: median(times)))
    }
    try report(
      Figure(
        "bulk-processor", ours: median(ours.map(\.processor)), theirs: .milliseconds(10),
        in: .milliseconds, detail: " of processor a MB", peer: "target: two cores at 200 MB/s"))
  }

  private func figure(_ ours: Duration, peer: String, theirs: Duration) -> Figure {
    let rates =
      "\(Int(Duration.seconds(1) / ours)) MB/s against \(Int(Duration.seconds(1) / theirs))"
    return Figure(
      "bulk-\(peer.lowercased())", ours: ours, theirs: theirs, in: .milliseconds, detail: " a MB",
      peer: "\(peer), neither durable nor encrypted: \(rates)")
  }

  private func run(_ round: Int, in environment: BenchmarkEnvironment) throws -> ResultTimes {
    let timer = CompletionTimer(workers: 2)
    let run = CoordinatedRun(
      name: "bulk-\(round)", jobs: (0..<count).map(Job.blank), workload: .bulk, workers: 2,
      credit: 8)
    let processor = try run.run(in: environment, display: timer)
    return ResultTimes(
      wall: timer.timePerJob / megabytes, processor: processor / (Double(count) * megabytes))
  }
}
