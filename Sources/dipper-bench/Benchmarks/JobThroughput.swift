import Jobs

/// Jobs that do nothing, through a real coordinator and real workers: CURVE, an SQLite journal that is
/// on disk before anything is acknowledged, two worker processes.
struct JobThroughput: Benchmark {
  let name = "jobs"
  let abstract = "handing out jobs that do nothing to two workers, beside Dask and Ray"
  private let count = 100_000

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    // Both before the peers, whose daemons are busy for a while after their work.
    let single = try run(2000, credit: 1, workers: 1, place)
    let busy = try run(count, credit: 128, workers: 2, place)
    let peers = [
      ("Ray", try place.peer("ray_jobs.py", []).work()["seconds"] ?? 0),
      ("Dask", try place.peer("dask_jobs.py", []).work()["seconds"] ?? 0),
    ]
    for (peer, seconds) in peers {
      try report(
        Figure(
          "jobs-\(peer.lowercased())", 1e6 * busy.seconds, "us a job",
          peer: "\(peer), neither durable nor encrypted", 1e6 * seconds))
    }
    try report(
      Figure(
        "jobs-processor", 1e6 * busy.processor, "us of processor a job",
        peer: "target", 50))
    try report(
      Figure(
        "jobs-round-trip-p50", 1e3 * median(single.roundTrips), "ms, of 2,000 jobs one by one",
        peer: "target", 0.5))
  }

  /// Seconds for a job from when all workers are there, and from each job's end to the next; and
  /// processor seconds for a job, of all processes and their starts.
  private func run(
    _ count: Int, credit: Int, workers: Int, _ place: Place
  ) throws -> (seconds: Double, roundTrips: [Double], processor: Double) {
    let span = Span(workers: workers)
    let run = CoordinatedRun(
      name: "jobs-\(credit)", jobs: (0..<count).map(Job.blank), part: .idle, workers: workers,
      credit: credit)
    let processor = try run.run(in: place, display: span)
    return (span.secondsForOne, span.roundTrips, processor / Double(count))
  }
}
