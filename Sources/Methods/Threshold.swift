import Imaging
import Jobs
import Variational

extension Method {
  /// The pointwise minimiser of the energy without its regulariser: a baseline.
  public static let threshold: Method = "Threshold"
}

extension MethodDescription {
  static let threshold = MethodDescription(
    .threshold, procedure: .solved(Threshold.self), isDefault: false)
}

/// The minimiser of `INT r u` over `0 <= u <= 1`, r the data term: the mask `{r < 0}`.
///
/// Networks tend to this mask when they are trained too long, because their losses are the same data
/// term. The distance of a method's score from this one is the worth of its regularity.
public struct Threshold: Solver {
  public static let defaults = Threshold()
  public static let expectedSeconds = 0.01

  public func solve(
    _ prepared: PreparedCase, progress: (JobProgress) throws -> Bool
  ) throws -> SolvedMask {
    var u = prepared.dataTerm
    u.pixels = u.pixels.map { $0 < 0 ? 1 : 0 }
    let energy = prepared.dataTerm.pixels.reduce(0) { $0 + Double(min($1, 0)) }
    _ = try progress(JobProgress(step: 1, total: 1, metrics: ["energy": energy]))
    return SolvedMask(
      u: u, metrics: ["energy": energy, "gap": 0, "bound": energy, "iterations": 1, "converged": 1])
  }
}
