import Jobs
import Methods

/// Peak resident memory of a process that trains M3, beside PyTorch eager.
struct TrainingMemory: Benchmark {
  let name = "memory"
  let abstract =
    "peak memory of training M3 at 192 x 192 and 512 x 512, beside PyTorch eager"
  private let steps = 2

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    for size in [192, 512] {
      let sample = try SampleJob(.m3, size: size, epochs: steps, precision: nil)
      let ours = Double(try place.compute(place.store(sample)).peakMemory)
      let peer = try place.peer("training.py", [Method.m3.rawValue, "\(size)", "cpu"])
      var theirs = 0.0
      for _ in 0..<steps { theirs = try peer.work()["peak"] ?? 0 }
      try report(
        Figure("memory-M3-\(size)", ours / 1e6, "MB", peer: "PyTorch eager float32", theirs / 1e6))
    }
  }
}
