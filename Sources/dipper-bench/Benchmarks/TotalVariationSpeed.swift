import Segmentation
import Variational

/// TV to a relative duality gap of 1e-4, beside the better of two peers. Best of several.
struct TotalVariationSpeed: Benchmark {
  let name = "tv"
  let abstract =
    "TV at 512 x 512 to a gap of 1e-4, beside SciPy's ADMM and PyTorch's primal-dual"
  private let count = 3

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let field = try SampleField(size: 512)
    let peer = try place.peer("tv.py", field.write(to: place.scratch))
    let model = TotalVariationModel(mu: 1, tolerance: 1e-4)
    var (ours, admm, primalDual): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<count {
      ours.append(
        try seconds {
          let found = model.solve(field.prepared.dataTerm) { _, _ in true }
          guard found.isConverged else { throw BenchmarkError("TV did not converge") }
        })
      admm.append(try peer.work("admm")["seconds"] ?? 0)
      primalDual.append(try peer.work("primal-dual")["seconds"] ?? 0)
    }
    let (first, second) = (admm.min() ?? 0, primalDual.min() ?? 0)
    try report(
      Figure(
        "tv-512", 1000 * (ours.min() ?? 0), "ms",
        peer: first < second ? "SciPy ADMM with DCT" : "PyTorch Chambolle-Pock",
        1000 * min(first, second)))
  }
}
