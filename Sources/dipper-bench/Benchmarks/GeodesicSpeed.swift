import Foundation
import Segmentation
import Variational

/// The eikonal equation beside scikit-fmm with the same first-order scheme. Best of several.
struct GeodesicSpeed: Benchmark {
  let name = "geodesic"
  let abstract = "the geodesic distance at 512 x 512 and 2048 x 2048, beside scikit-fmm"
  private let count = 7

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    var best: [(ours: Double, theirs: Double)] = []
    for size in [512, 2048] {
      let field = try SampleField(size: size)
      let peer = try place.peer("geodesic.py", field.write(to: place.scratch))
      var (ours, theirs): ([Double], [Double]) = ([], [])
      for _ in 0..<count {
        ours.append(seconds { _ = solveEikonal(slope: field.slope, from: field.prepared.markers) })
        theirs.append(try peer.seconds())
      }
      best.append((ours.min() ?? 0, theirs.min() ?? 0))
      try report(
        Figure(
          "geodesic-\(size)", 1000 * (ours.min() ?? 0), "ms",
          peer: "scikit-fmm travel_time of order 1, best of \(count)", 1000 * (theirs.min() ?? 0)))
      guard size == 512 else { continue }
      let flat = solveEikonal(slope: field.slope.map { _ in 1 }, from: field.prepared.markers)
      try report(error(of: flat, peer, place.scratch))
    }
    // 16 times as many pixels.
    try report(
      Figure(
        "geodesic-growth", best[1].ours / best[0].ours, "times from 512 to 2048",
        peer: "scikit-fmm", best[1].theirs / best[0].theirs))
  }

  /// The mean error where the distance is known: slope 1, the Euclidean distance to the markers.
  private func error(of distance: [Double], _ peer: Peer, _ folder: URL) throws -> Figure {
    let found = try peer.work("error")
    let file = try Data(contentsOf: folder.appending(path: "field-512.exact"))
    let exact = file.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let mean = zip(distance, exact).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(distance.count)
    return Figure(
      "geodesic-error-512", mean, "pixels", peer: "scikit-fmm, both against the exact distance",
      found["error"] ?? 0)
  }
}
