import Imaging

/// The TV model, (4) of the paper with R = mu TV: `min over 0 <= u <= 1 of mu INT |grad u| + INT r u`.
public struct TotalVariationModel: Hashable, Sendable {
  /// Weight of the total variation, > 0.
  public var mu: Double
  /// Relative duality gap at which the solver stops: `(P - D) / |P|`.
  public var tolerance: Double
  /// Iterations after which it gives up.
  public var maximumIterations: Int

  /// A model and when to stop.
  public init(mu: Double = 1, tolerance: Double = 1e-4, maximumIterations: Int = 5000) {
    self.mu = mu
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// A certified solution.
  public struct Solution: Hashable, Sendable {
    /// The minimiser in `[0, 1]`.
    public var u: Image
    /// Its energy P.
    public var energy: Double
    /// A lower bound D of every energy.
    public var bound: Double
    /// `(P - D) / max(|P|, 1e-9 n)`: no u in `[0, 1]` is better by a larger share.
    public var relativeGap: Double
    /// Iterations taken.
    public var iterations: Int
    /// Whether the gap came under the tolerance.
    public var isConverged: Bool
  }

  /// Solves the model by ADMM (MATH: section 6a).
  ///
  /// - Parameters:
  ///   - dataTerm: r, any values, even sizes.
  ///   - progress: told of iteration and gap now and then; false stops the solver.
  public func solve(
    _ dataTerm: Image, progress: (_ iteration: Int, _ gap: Double) throws -> Bool
  ) rethrows -> Solution {
    // rho = mu needs the fewest iterations over the whole range of r tried (MATH: section 6a).
    var admm = BoxConstrainedVariation(
      width: dataTerm.width, height: dataTerm.height,
      weight: [Float](repeating: Float(mu), count: dataTerm.pixels.count),
      dataTerm: dataTerm.pixels, rho: Float(mu))
    var best = certified(&admm, dataTerm, iteration: 0)
    for iteration in 1...max(1, maximumIterations) {
      admm.iterate()
      guard iteration % 10 == 0 || iteration == maximumIterations else { continue }
      let current = certified(&admm, dataTerm, iteration: iteration)
      best = combined(best, current)
      let goesOn = try progress(iteration, best.relativeGap)
      if best.isConverged || !goesOn { break }
    }
    return best
  }

  private func certified(
    _ admm: inout BoxConstrainedVariation, _ dataTerm: Image, iteration: Int
  ) -> Solution {
    var u = dataTerm
    u.pixels = admm.v
    return solution(u, admm.primal(), admm.dual(), iteration)
  }

  /// The better energy with the better bound: both hold, whichever iterate they came from.
  private func combined(_ one: Solution, _ two: Solution) -> Solution {
    let better = two.energy < one.energy ? two : one
    return solution(better.u, better.energy, max(one.bound, two.bound), two.iterations)
  }

  private func solution(_ u: Image, _ energy: Double, _ bound: Double, _ iterations: Int)
    -> Solution
  {
    let scale = max(abs(energy), 1e-9 * Double(u.pixels.count))
    let gap = max(0, energy - bound) / scale
    return Solution(
      u: u, energy: energy, bound: bound, relativeGap: gap, iterations: iterations,
      isConverged: gap <= tolerance)
  }
}
