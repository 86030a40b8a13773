import Foundation
import Jobs
import Methods

/// Measures a worker process from its start to the end of its first training step, beside the
/// import of PyTorch. The figure is the median.
struct StartTime: Benchmark {
  let name = "start"
  let abstract =
    "a worker process from its start through its first step, beside import torch"
  private let count = 7

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) async throws {
    let stored = try environment.store(PhantomJob(.m1, size: 32, epochs: 1))
    let importTorch = ExternalProgram(
      program: environment.python, arguments: ["-c", "import torch"])
    var times = PairedTimes()
    // The first pair fills the page cache and is not counted.
    for index in 0...count {
      let ours = try await elapsed { _ = try await environment.compute(stored) }
      let theirs = try await elapsed { try await importTorch.run() }
      if index > 0 { times.append(ours: ours, theirs: theirs) }
    }
    try report(
      Figure(
        "start", ours: times.medians.ours, theirs: times.medians.theirs, in: .seconds,
        peer: "python -c 'import torch', median of \(count)"))
  }
}
