import Jobs
import Methods

/// Measures the peak resident memory of a process that trains M3 beside PyTorch eager.
struct TrainingMemory: Benchmark {
  let name = "memory"
  let abstract =
    "peak memory of training M3 at 192 x 192 and 512 x 512, beside PyTorch eager"
  private let steps = 2

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) async throws {
    for size in [192, 512] {
      let sample = try PhantomJob(.m3, size: size, epochs: steps)
      let ours = try await environment.compute(environment.store(sample)).peakMemory
      let peer = try environment.peer(
        "training.py", arguments: [Method.m3.rawValue, "\(size)", "cpu"])
      var theirs = 0.0
      for _ in 0..<steps { theirs = try peer.work()["peak"] ?? 0 }
      try report(
        Figure(
          "memory-M3-\(size)", value: Double(ours) / 1e6, unit: "MB", peer: "PyTorch eager float32",
          peerValue: theirs / 1e6))
    }
  }
}
