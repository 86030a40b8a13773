import Foundation
import Scheduling

/// Something that is measured.
protocol Benchmark: Sendable {
  /// What it is asked for by, for instance `step`.
  var name: String { get }
  /// What it measures, in a line.
  var abstract: String { get }
  /// Measures; `report` is given every figure as soon as it is known.
  func measure(_ place: Place, report: (Figure) throws -> Void) throws
}

/// All that there are, in the order of a full run.
let benchmarks: [any Benchmark] = [
  TrainingStep(), TrainingStepOnGPU(), TrainingMemory(), GeodesicSpeed(), TotalVariationSpeed(),
  ElasticaSpeed(), StartTime(), JobThroughput(), QueueAcceptance(), ResultThroughput(),
  HeartbeatDelay(), StreamingTax(), WholeExperiment(),
]

/// Where a run finds its peers and leaves what it writes.
struct Place {
  /// The Python that has the peers' libraries.
  let python: URL
  /// The folder of the peers' scripts.
  let peers: URL
  /// The folder of `dipper` and `dipper-worker`.
  let programs: URL
  /// A folder that is removed at the end.
  let scratch: URL

  /// Starts the peer `script` with `arguments`.
  func peer(_ script: String, _ arguments: [String]) throws -> Peer {
    try Peer(python, [peers.appending(path: script).path] + arguments)
  }
}

/// Why nothing was measured.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Returns the time of a clock that only goes forward.
@Sendable func instant() -> Instant {
  Instant(sinceOrigin: .nanoseconds(DispatchTime.now().uptimeNanoseconds))
}

/// Seconds on a clock that only goes forward.
func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

/// The middle value, or the mean of both in the middle.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = now()
  try body()
  return now() - start
}
