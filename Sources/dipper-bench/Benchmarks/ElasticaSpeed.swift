import Segmentation
import Variational

/// Measures the elastica model to its own tolerance beside the same alternation in SciPy.
///
/// The peer stops when it reaches Dipper's energy or when its energy no longer falls, which on this
/// image happens 2 % above Dipper's. The figure is the best of several.
struct ElasticaSpeed: Benchmark {
  let name = "elastica"
  let abstract = "elastica at 512 x 512, beside SciPy to the same energy or to a standstill"
  private let count = 3

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    let problem = try PhantomProblem(size: 512)
    let arguments = try problem.write(to: environment.scratch)
    let peer = try environment.peer("elastica.py", arguments: arguments)
    let model = ElasticaModel()
    var times = PairedTimes()
    for _ in 0..<count {
      var energy = 0.0
      let ours = elapsed {
        energy = model.solve(problem.prepared.dataTerm) { _, _, _ in true }.energy
      }
      times.append(ours: ours, theirs: try peer.time("\(energy)"))
    }
    try report(
      Figure(
        "elastica-512", ours: times.best.ours, theirs: times.best.theirs, in: .seconds,
        peer: "SciPy ADMM with DCT, same alternation"))
  }
}
