import Foundation
import Jobs
import Methods

/// A worker process from its start to the end of its first training step, beside the import of
/// PyTorch. Medians.
struct StartTime: Benchmark {
  let name = "start"
  let abstract =
    "a worker process from its start through its first step, beside import torch"
  private let count = 7

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let stored = try place.store(SampleJob(.m1, size: 32, epochs: 1, precision: nil))
    var (ours, theirs): ([Double], [Double]) = ([], [])
    for _ in 0...count {
      ours.append(try seconds { _ = try place.compute(stored) })
      theirs.append(try seconds { try importTorch(place.python) })
    }
    // The first pair warmed the page cache.
    try report(
      Figure(
        "start", median(Array(ours.dropFirst())), "s",
        peer: "python -c 'import torch', median of \(count)", median(Array(theirs.dropFirst()))))
  }

  private func importTorch(_ python: URL) throws {
    let process = Process()
    process.executableURL = python
    process.arguments = ["-c", "import torch"]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchmarkError("no torch in \(python.path)") }
  }
}
