import Imaging

/// The TV model: (1) of the paper, and with g = 1 and mu before R its (4):
/// `min over 0 <= u <= 1 of mu INT g |grad u| + INT r u`.
public struct TotalVariationModel: Hashable, Sendable {
  /// Weight of the total variation, > 0.
  public var mu: Double
  /// Relative duality gap at which the solver stops.
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
    /// `(P - D) / |P|`: no u in `[0, 1]` is better by a larger share.
    ///
    /// Where P all but vanishes, it is relative to a hundredth of the least energy that r alone
    /// allows, `sum min(0, r)`.
    public var relativeGap: Double
    /// Iterations taken on the image's own grid.
    public var iterations: Int
    /// Whether the gap came under the tolerance.
    public var isConverged: Bool
  }

  /// Solves the model by the primal-dual method, starting from the solution on a grid half as fine.
  ///
  /// - Parameters:
  ///   - dataTerm: r, any finite values.
  ///   - edge: g in `[0, 1]` on the same grid; nil is 1 everywhere.
  ///   - progress: told of iteration and gap now and then; false stops the solver.
  public func solve(
    _ dataTerm: Image, edge: Image? = nil,
    progress: (_ iteration: Int, _ gap: Double) throws -> Bool
  ) rethrows -> Solution {
    let weight =
      edge.map { $0.pixels.map { Float(mu) * $0 } }
      ?? [Float](repeating: Float(mu), count: dataTerm.pixels.count)
    let grid = VariationGrid(
      width: dataTerm.width, height: dataTerm.height, weight: weight, dataTerm: dataTerm.pixels)
    let search = grid.warmStarted()
    var best = Certified(dataTerm: grid.dataTerm, search)
    var iteration = 0
    while best.relativeGap > tolerance && iteration < maximumIterations {
      let count = min(VariationGrid.iterationsPerCheck, maximumIterations - iteration)
      search.iterate(count)
      iteration += count
      best.update(search)
      if try !progress(iteration, best.relativeGap) { break }
    }
    var u = dataTerm
    u.pixels = best.u
    return Solution(
      u: u, energy: best.energy, bound: best.bound, relativeGap: best.relativeGap,
      iterations: iteration, isConverged: best.relativeGap <= tolerance)
  }
}
