/// The best energy and the best bound that a solver has reached; both are valid even if they come
/// from different iterates.
struct CertifiedIterate {
  private(set) var u: [Float]
  private(set) var energy: Double
  private(set) var bound: Double
  private let floor: Double

  init(dataTerm: [Float], solver: WeightedVariationSolver) {
    let least = dataTerm.reduce(0.0) { $0 + Double(min(0, $1)) }  // equation (7)
    floor = 0.01 * abs(least)
    let certificate = solver.certificate()
    u = solver.u
    energy = certificate.energy
    bound = certificate.bound
  }

  /// Relative duality gap, equation (27).
  var relativeGap: Double {
    let gap = max(0, energy - bound)
    return gap == 0 ? 0 : gap / max(abs(energy), floor)  // equation (27)
  }

  /// Replaces the energy or the bound by the solver's present one if that is better.
  mutating func update(from solver: WeightedVariationSolver) {
    let current = solver.certificate()
    if current.energy < energy {
      energy = current.energy
      u = solver.u
    }
    bound = max(bound, current.bound)
  }
}
