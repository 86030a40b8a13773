/// A weighted total variation problem on one grid, and its warm start from coarser grids.
struct WeightedVariationProblem {
  /// Iterations between two computations of the gap, each of which costs as much as one iteration.
  static let iterationsPerCheck = 20

  let width: Int
  let height: Int
  /// Weight w of every pixel, row-major, >= 0.
  let weight: [Float]
  /// Data term r of every pixel, row-major.
  let dataTerm: [Float]

  /// Returns a solver that starts from the solution on the next coarser grid.
  ///
  /// The coarser grid yields large parts of u, and the flow p over long distances, at a quarter of
  /// the cost.
  func warmStarted() -> WeightedVariationSolver {
    let solver = WeightedVariationSolver(
      width: width, height: height, weight: weight, dataTerm: dataTerm)
    guard let coarse = coarsened() else { return solver }
    let start = coarse.warmStarted()
    var best = CertifiedIterate(dataTerm: coarse.dataTerm, solver: start)
    // The start need not be more exact, because the coarser grid limits its accuracy anyway.
    for _ in 0..<25 where best.relativeGap > 1e-3 {
      start.iterate(Self.iterationsPerCheck)
      best.update(from: start)
    }
    solver.u = interpolated(start.u, from: coarse)
    solver.p = prolonged(start.p, from: coarse)
    // The first dual step makes p feasible for w, because the coarse grid has only averages of w.
    solver.iterate(1)
    return solver
  }

  /// Returns the problem on cells of 2 x 2 pixels, equation (28), or nil if the grid cannot be
  /// halved.
  private func coarsened() -> WeightedVariationProblem? {
    guard width % 2 == 0, height % 2 == 0, min(width, height) >= 32 else { return nil }
    func sums(_ values: [Float]) -> [Float] {
      (0..<width * height / 4).map { cell in
        let corner = cell / (width / 2) * 2 * width + cell % (width / 2) * 2
        return values[corner] + values[corner + 1] + values[corner + width]
          + values[corner + width + 1]
      }
    }
    return WeightedVariationProblem(
      width: width / 2, height: height / 2, weight: sums(weight).map { $0 / 2 },  // equation (28)
      dataTerm: sums(dataTerm))
  }

  /// Returns for each pixel the value of its cell.
  private func interpolated(
    _ cells: [Float], from coarse: WeightedVariationProblem
  ) -> [Float] {
    (0..<width * height).map { cells[$0 / width / 2 * coarse.width + $0 % width / 2] }
  }

  /// Returns the coarse flow on this grid, halved because a cell's border is two pixels long.
  private func prolonged(
    _ p: VectorField, from coarse: WeightedVariationProblem
  ) -> VectorField {
    var fine = VectorField(width: width, height: height)
    fine.x = interpolated(p.x, from: coarse).map { $0 / 2 }
    fine.y = interpolated(p.y, from: coarse).map { $0 / 2 }
    // No flow leaves the grid.
    for y in 0..<height { fine.x[(y + 1) * width - 1] = 0 }
    for x in 0..<width { fine.y[(height - 1) * width + x] = 0 }
    return fine
  }
}
