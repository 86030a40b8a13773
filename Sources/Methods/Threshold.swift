import Imaging
import Jobs
import Variational

extension Method {
  /// The pointwise minimiser of the energy without its regulariser, which serves as a baseline.
  public static let threshold: Method = "Threshold"
}

extension MethodDescription {
  static let threshold = MethodDescription(
    .threshold, procedure: .solved(Threshold.self), isDefault: false)
}

/// The minimiser of `INT r u` over `0 <= u <= 1` for the data term r: the mask `{r < 0}`, equation
/// (20).
///
/// Networks tend to this mask when they are trained too long, because they minimise the same data
/// term. The difference between a method's score and this one shows the value of its
/// regularisation.
public struct Threshold: Solver {
  /// The solver, which has no parameters.
  public static let defaults = Threshold()
  /// The expected time in seconds for a case of 128 x 128 pixels on one core.
  public static let expectedSeconds = 0.01

  /// Computes the mask of a case in one step.
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
