/// A weighted TV problem on one grid, and how the same problem on a coarser grid helps to solve it.
struct VariationGrid {
  /// Iterations from one look at the gap to the next, which costs as much as one of them.
  static let iterationsPerCheck = 20

  let width: Int
  let height: Int
  /// w and r, row-major.
  let weight: [Float]
  let dataTerm: [Float]

  /// A search that starts where the problem on the next coarser grid ends: large parts of u, and the
  /// flow p over long ways, are found there at a quarter of the price.
  func warmStarted() -> PrimalDualVariation {
    let search = PrimalDualVariation(
      width: width, height: height, weight: weight, dataTerm: dataTerm)
    guard let coarse = coarsened() else { return search }
    let start = coarse.warmStarted()
    var best = Certified(dataTerm: coarse.dataTerm, start)
    // As exact as a start need be: it errs by the grid's width anyway.
    for _ in 0..<25 where best.relativeGap > 1e-3 {
      start.iterate(Self.iterationsPerCheck)
      best.update(start)
    }
    search.u = interpolated(start.u, from: coarse)
    search.p = spread(start.p, from: coarse)
    // The first ascent makes p feasible for w, which the coarse grid knows only on average.
    search.iterate(1)
    return search
  }

  /// Cells of 2 x 2 pixels: r adds up, and a cell's border is two pixels long.
  private func coarsened() -> VariationGrid? {
    guard width % 2 == 0, height % 2 == 0, min(width, height) >= 32 else { return nil }
    func sums(_ values: [Float]) -> [Float] {
      (0..<width * height / 4).map { cell in
        let corner = cell / (width / 2) * 2 * width + cell % (width / 2) * 2
        return values[corner] + values[corner + 1] + values[corner + width]
          + values[corner + width + 1]
      }
    }
    return VariationGrid(
      width: width / 2, height: height / 2, weight: sums(weight).map { $0 / 2 },
      dataTerm: sums(dataTerm))
  }

  /// Cell values, one for each of the cell's pixels.
  private func interpolated(_ cells: [Float], from coarse: VariationGrid) -> [Float] {
    (0..<width * height).map { cells[$0 / width / 2 * coarse.width + $0 % width / 2] }
  }

  /// A flow through a cell's border, halved: it passes two pixels.
  private func spread(_ p: VectorField, from coarse: VariationGrid) -> VectorField {
    var fine = VectorField(width: width, height: height)
    fine.x = interpolated(p.x, from: coarse).map { $0 / 2 }
    fine.y = interpolated(p.y, from: coarse).map { $0 / 2 }
    // No flow leaves the grid.
    for y in 0..<height { fine.x[(y + 1) * width - 1] = 0 }
    for x in 0..<width { fine.y[(height - 1) * width + x] = 0 }
    return fine
  }
}

/// The best energy and the best bound that a search has shown: both hold, whichever iterate they
/// came from.
struct Certified {
  private(set) var u: [Float]
  private(set) var energy: Double
  private(set) var bound: Double
  private let floor: Double

  init(dataTerm: [Float], _ search: PrimalDualVariation) {
    let least = dataTerm.reduce(0.0) { $0 + Double(min(0, $1)) }
    floor = 0.01 * abs(least)
    u = search.u
    (energy, bound) = search.certificate()
  }

  /// See `TotalVariationModel.Solution.relativeGap`.
  var relativeGap: Double {
    let gap = max(0, energy - bound)
    return gap == 0 ? 0 : gap / max(abs(energy), floor)
  }

  /// Takes what the search has found since.
  mutating func update(_ search: PrimalDualVariation) {
    let current = search.certificate()
    if current.energy < energy { (energy, u) = (current.energy, search.u) }
    bound = max(bound, current.bound)
  }
}
