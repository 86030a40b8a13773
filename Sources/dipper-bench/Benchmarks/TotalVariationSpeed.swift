import Errors
import Segmentation
import Variational

/// Measures TV to a relative duality gap of 1e-4 beside the faster of two peers. The figure is the
/// best of several.
struct TotalVariationSpeed: Benchmark {
  let name = "tv"
  let abstract =
    "TV at 512 x 512 to a gap of 1e-4, beside SciPy's ADMM and PyTorch's primal-dual"
  private let count = 3

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    let problem = try PhantomProblem(size: 512)
    let arguments = try problem.write(to: environment.scratch)
    let peer = try environment.peer("tv.py", arguments: arguments)
    let model = TotalVariationModel(mu: 1, tolerance: 1e-4)
    var admm = PairedTimes()
    var primalDual = PairedTimes()
    for _ in 0..<count {
      let ours = try elapsed {
        let found = model.solve(problem.prepared.dataTerm) { _, _ in true }
        guard found.isConverged else { throw DipperError(.benchmarkFailed, "TV did not converge") }
      }
      admm.append(ours: ours, theirs: try peer.time("admm"))
      primalDual.append(ours: ours, theirs: try peer.time("primal-dual"))
    }
    let isADMMFaster = admm.best.theirs < primalDual.best.theirs
    let best = isADMMFaster ? admm.best : primalDual.best
    try report(
      Figure(
        "tv-512", ours: best.ours, theirs: best.theirs, in: .milliseconds,
        peer: isADMMFaster ? "SciPy ADMM with DCT" : "PyTorch Chambolle-Pock"))
  }
}
