/// A primal-dual solver of the weighted total variation problem, equation (22), for weights w >= 0.
///
/// The method is that of Chambolle and Pock (2011), also known as preconditioned ADMM: it splits
/// off `grad u` as ADMM does, but solves no linear system. Measured on CT slices, it reaches a
/// relative gap of 1e-4 in a seventh to a thirteenth of the time of ADMM with cosine transforms.
package final class WeightedVariationSolver {
  private let width: Int
  private let height: Int
  private let weight: PaddedField
  private let dataTerm: PaddedField
  /// Primal iterate u, always in `[0, 1]`.
  private let primal: PaddedField
  /// Extrapolation `2 u - u_old` of the primal iterate.
  private let extrapolated: PaddedField
  /// Component along columns of the dual iterate p, always `|p| <= w`; 0 in the last column.
  private let dualX: PaddedField
  /// Component along rows of the dual iterate p; 0 in the last row.
  private let dualY: PaddedField
  private let hasRight: PaddedField
  private var sigma: Float = 1
  private var tau: Float = 1

  /// Makes a solver that starts from `p = 0` and from `start`, or from `{r < 0}`, equation (20).
  ///
  /// - Parameters:
  ///   - width: number of columns.
  ///   - height: number of rows.
  ///   - weight: w of every pixel, row-major, >= 0.
  ///   - dataTerm: r of every pixel, row-major.
  ///   - start: initial u, row-major, in `[0, 1]`.
  package init(
    width: Int, height: Int, weight: [Float], dataTerm: [Float], start: [Float]? = nil
  ) {
    self.width = width
    self.height = height
    func zeros() -> PaddedField { PaddedField(width: width, height: height) }
    self.weight = zeros()
    self.dataTerm = zeros()
    primal = zeros()
    extrapolated = zeros()
    dualX = zeros()
    dualY = zeros()
    hasRight = .forwardMask(width: width)
    replace(weight: weight, dataTerm: dataTerm)
    u = start ?? dataTerm.map { $0 < 0 ? 1 : 0 }  // equation (20)
  }

  /// Replaces weight and data term and keeps the present iterates.
  package func replace(weight: [Float], dataTerm: [Float]) {
    self.weight.values = weight
    self.dataTerm.values = dataTerm
    // u is of the order of 1 and p of the order of w. The method converges for every ratio of the
    // step sizes; this one needed the fewest iterations in the worst case on CT slices.
    let scale = 0.7 * max(weight.reduce(0, +) / Float(weight.count), .leastNormalMagnitude)
    sigma = scale / Float(8).squareRoot()  // equation (25)
    tau = 1 / (scale * Float(8).squareRoot())
  }

  /// Primal iterate, row-major, in `[0, 1]`.
  package var u: [Float] {
    get { primal.values }
    set {
      primal.values = newValue
      extrapolated.values = newValue
    }
  }

  /// Dual iterate p with `|p| <= w`.
  var p: VectorField {
    get {
      var field = VectorField(width: width, height: height)
      field.x = dualX.values
      field.y = dualY.values
      return field
    }
    set {
      dualX.values = newValue.x
      dualY.values = newValue.y
    }
  }

  /// Runs `count` iterations over the whole grid.
  package func iterate(_ count: Int) {
    iterate(count, in: SweepRegion(allOf: primal))
  }

  /// Runs one iteration over the whole grid and the others only over pixels that have not
  /// converged.
  ///
  /// The certificate remains valid, because the first iteration makes p feasible for the present
  /// weight.
  package func iterateOnActiveSet(_ count: Int) {
    iterate(1)
    iterate(count - 1, in: activeSet())
  }

  private func iterate(_ count: Int, in region: SweepRegion) {
    for _ in 0..<count {
      ascend(region)
      descend(region)
    }
  }

  /// Returns the pixels that have not converged, with a margin so that changes can spread.
  ///
  /// A pixel has converged if u neither slopes nor moves there and agrees with the sign of `r - div
  /// p`; its energy then equals its share of the bound.
  private func activeSet() -> SweepRegion {
    let p = dualX
    let q = dualY
    let u = primal
    let r = dataTerm
    let stride = u.stride
    let height = height
    return SweepRegion(of: u, margin: 2) { row, i in
      let here = u[i]
      let slack = r[i] - (p[i] - p[i - 1] + q[i] - q[i - stride])
      let right = hasRight[i - row * stride] * (u[i + 1] - here)
      let below = (row + 1 < height ? 1 : 0) * (u[i + stride] - here)
      let isWrong = (slack .< 0 .& here .< 1) .| (slack .> 0 .& here .> 0)
      return any(isWrong .| right .!= 0 .| below .!= 0 .| extrapolated[i] .!= here)
    }
  }

  /// Takes the dual step, equation (23).
  private func ascend(_ region: SweepRegion) {
    let p = dualX
    let q = dualY
    let extrapolated = extrapolated
    let weight = weight
    let stride = weight.stride
    for run in region.runs {
      let hasBelow: Float = run.row + 1 < height ? sigma : 0
      let first = run.row * stride
      var i = run.start
      while i < run.end {
        let here = extrapolated[i]
        let w = weight[i]
        // equation (23)
        let px = p[i] + sigma * hasRight[i - first] * (extrapolated[i + 1] - here)
        let py = q[i] + hasBelow * (extrapolated[i + stride] - here)
        let length = (px * px + py * py).squareRoot().clamped(atLeast: w)
        let scale = w / length.clamped(atLeast: PixelVector(repeating: .leastNormalMagnitude))
        p[i] = px * scale
        q[i] = py * scale
        i += PixelVector.scalarCount
      }
    }
  }

  /// Takes the primal step and extrapolates, equation (24).
  private func descend(_ region: SweepRegion) {
    let p = dualX
    let q = dualY
    let primal = primal
    let extrapolated = extrapolated
    let r = dataTerm
    let stride = primal.stride
    for run in region.runs {
      var i = run.start
      while i < run.end {
        let divergence = p[i] - p[i - 1] + q[i] - q[i - stride]
        let before = primal[i]
        let after = (before + tau * (divergence - r[i])).clampedToUnit()  // equation (24)
        primal[i] = after
        extrapolated[i] = after + after - before
        i += PixelVector.scalarCount
      }
    }
  }

  /// Returns the energy P of u and a lower bound D of every energy, equation (26).
  package func certificate() -> (energy: Double, bound: Double) {
    let p = dualX
    let q = dualY
    let u = primal
    let weight = weight
    let r = dataTerm
    let stride = u.stride
    var energy = SIMD8<Double>.zero
    var bound = SIMD8<Double>.zero
    for y in 0..<height {
      let hasBelow: Float = y + 1 < height ? 1 : 0
      var x = 0
      while x < stride {
        let i = y * stride + x
        let right = hasRight[x] * (u[i + 1] - u[i])
        let below = hasBelow * (u[i + stride] - u[i])
        let length = (right * right + below * below).squareRoot()
        // equation (26)
        energy += SIMD8<Double>(weight[i] * length) + SIMD8<Double>(r[i] * u[i])
        let slack = r[i] - (p[i] - p[i - 1] + q[i] - q[i - stride])
        bound += SIMD8<Double>(slack.replacing(with: 0, where: slack .> 0))
        x += PixelVector.scalarCount
      }
    }
    return (energy.sum(), bound.sum())
  }
}
