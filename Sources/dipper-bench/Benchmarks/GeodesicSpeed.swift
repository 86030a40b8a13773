import Foundation
import Segmentation
import Variational

/// Measures the eikonal equation beside scikit-fmm with the same first-order scheme. The figures are
/// the best of several.
struct GeodesicSpeed: Benchmark {
  let name = "geodesic"
  let abstract = "the geodesic distance at 512 x 512 and 2048 x 2048, beside scikit-fmm"
  private let count = 7

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    let small = try PhantomProblem(size: 512)
    let smallPeer = try peer(for: small, in: environment)
    let smallTimes = try times(of: small, peer: smallPeer)
    try report(figure(smallTimes, size: small.size))
    try report(error(of: small, peer: smallPeer, folder: environment.scratch))

    let large = try PhantomProblem(size: 2048)
    let largeTimes = try times(of: large, peer: peer(for: large, in: environment))
    try report(figure(largeTimes, size: large.size))
    // The large problem has 16 times as many pixels.
    try report(
      Figure(
        "geodesic-growth", value: largeTimes.best.ours / smallTimes.best.ours,
        unit: "times from 512 to 2048", peer: "scikit-fmm",
        peerValue: largeTimes.best.theirs / smallTimes.best.theirs))
  }

  private func peer(for problem: PhantomProblem, in environment: BenchmarkEnvironment) throws
    -> Peer
  {
    try environment.peer("geodesic.py", arguments: problem.write(to: environment.scratch))
  }

  private func times(of problem: PhantomProblem, peer: Peer) throws -> PairedTimes {
    var times = PairedTimes()
    for _ in 0..<count {
      let ours = elapsed {
        _ = solveEikonal(slope: problem.slope, from: problem.prepared.markers)
      }
      times.append(ours: ours, theirs: try peer.time())
    }
    return times
  }

  private func figure(_ times: PairedTimes, size: Int) -> Figure {
    Figure(
      "geodesic-\(size)", ours: times.best.ours, theirs: times.best.theirs, in: .milliseconds,
      peer: "scikit-fmm travel_time of order 1, best of \(count)")
  }

  /// Returns the mean error for slope 1, where the exact distance is the Euclidean distance to the
  /// markers.
  private func error(of problem: PhantomProblem, peer: Peer, folder: URL) throws -> Figure {
    let flat = problem.slope.map { _ in 1.0 }
    let distance = solveEikonal(slope: flat, from: problem.prepared.markers)
    let found = try peer.work("error")
    let file = try Data(contentsOf: folder.appending(path: "field-\(problem.size).exact"))
    let exact = file.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let mean = zip(distance, exact).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(distance.count)
    return Figure(
      "geodesic-error-\(problem.size)", value: mean, unit: "pixels",
      peer: "scikit-fmm, both against the exact distance", peerValue: found["error"] ?? 0)
  }
}
