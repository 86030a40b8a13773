import Jobs

/// Results of a mebibyte, through a real coordinator and two worker processes: encrypted, their
/// digests checked, on disk before they are acknowledged. Medians.
struct ResultThroughput: Benchmark {
  let name = "bulk"
  let abstract = "results of 1 MiB from two workers, encrypted and durable, beside Dask and Ray"
  private let count = 1000
  private let rounds = 3
  private let peers = ["Ray": "ray_jobs.py", "Dask": "dask_jobs.py"]
  /// 10^6 bytes.
  private let megabytes = Double(RandomResult.size) / 1e6

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    var (ours, processor, theirs): ([Double], [Double], [String: [Double]]) = ([], [], [:])
    for round in 0..<rounds {
      let (seconds, processorSeconds) = try run(place, round: round)
      ours.append(seconds)
      processor.append(processorSeconds)
      for (name, script) in peers {
        // A peer of its own each time: it takes no processor while we are measured.
        theirs[name, default: []].append(
          try place.peer(script, ["\(RandomResult.size)"]).seconds() / megabytes)
      }
    }
    for (name, times) in theirs.sorted(by: { $0.key < $1.key }) {
      try report(figure(median(ours), beside: name, median(times)))
    }
    try report(
      Figure(
        "bulk-processor", 1e3 * median(processor), "ms of processor a MB",
        peer: "target: two cores at 200 MB/s", 10))
  }

  private func figure(_ ours: Double, beside peer: String, _ theirs: Double) -> Figure {
    let rates = "\(Int(1 / ours)) MB/s against \(Int(1 / theirs))"
    return Figure(
      "bulk-\(peer.lowercased())", 1e3 * ours, "ms a MB",
      peer: "\(peer), neither durable nor encrypted: \(rates)", 1e3 * theirs)
  }

  /// Seconds for a megabyte from when both workers are there, and processor seconds of all processes
  /// and their starts.
  private func run(_ place: Place, round: Int) throws -> (seconds: Double, processor: Double) {
    let span = Span(workers: 2)
    let run = CoordinatedRun(
      name: "bulk-\(round)", jobs: (0..<count).map(Job.blank), part: .bulk, workers: 2, credit: 8)
    let processor = try run.run(in: place, display: span)
    return (span.secondsForOne / megabytes, processor / (Double(count) * megabytes))
  }
}
