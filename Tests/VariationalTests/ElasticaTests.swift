import Foundation
import Imaging
import TestSupport
import Testing
import Variational

private struct GoldenNormals: Decodable {
  struct Case: Decodable {
    var beta: Double
    var coupling: Double
    var energy: Double
  }
  var width: Int
  var height: Int
  var u: [Double]
  var cases: [Case]
}

private struct GoldenElastica: Decodable {
  struct Case: Decodable {
    var field: String
    var beta: Double
    var coupling: Double
    var energy: Double
    var bound: Double
    var mask: String
    var elasticaEnergyOfMask: Double
  }
  var width: Int
  var height: Int
  var fields: [String: [Double]]
  var cases: [Case]
}

extension ElasticaModel {
  /// Solves to the end; also the energies on the way with all of beta.
  fileprivate func solve(_ dataTerm: Image) -> (solution: Solution, energies: [Double]) {
    var energies: [Double] = []
    let solution = solve(dataTerm) { _, energy, _ in
      energies.append(energy)
      return true
    }
    return (solution, [solution.startEnergy] + energies.dropFirst(solution.leadingIterations))
  }
}

struct ElasticaTests {
  @Test func normalsReachTheOptimumOfChambolleAndPock() throws {
    let golden: GoldenNormals = try golden("normals")
    let u = Image(golden.width, golden.height, golden.u)
    var gradient = VectorField(width: u.width, height: u.height)
    gradient.setGradient(of: u.pixels)
    for expected in golden.cases {
      let normals = NormalField(
        VectorField(normalsOf: u), beta: expected.beta, coupling: expected.coupling)
      normals.improve(gradient, iterations: 1000)
      let n = normals.field
      #expect(n.lengths.allSatisfy { $0 <= 1 + 1e-5 })
      let energy = normalEnergy(n, gradient, expected.beta, expected.coupling)
      #expect(abs(energy / expected.energy - 1) < 1e-4, "\(expected): \(energy)")
    }
  }

  private func normalEnergy(
    _ n: VectorField, _ p: VectorField, _ beta: Double, _ coupling: Double
  ) -> Double {
    let (lengths, curvature) = (p.lengths, n.divergence)
    return lengths.indices.reduce(0.0) { sum, i in
      let kappa = Double(curvature[i])
      let along = Double(n.x[i] * p.x[i] + n.y[i] * p.y[i])
      return sum + beta * Double(lengths[i]) * kappa * kappa - coupling * along
    }
  }

  /// A disk keeps its shape and pays `2 pi R (alpha + beta / R^2)`, up to the relaxation and the grid.
  @Test(arguments: [(10.0, 12.0), (50, 12), (50, 20)])
  func diskPaysForLengthAndCurvature(beta: Double, radius: Double) {
    let r = Image.disk(size: 64, radius: radius)
    let solution = ElasticaModel(beta: beta, coupling: 8).solve(r) { _, _, _ in true }
    let mask = Mask(thresholding: solution.u)
    #expect(mask.dice(Mask(width: 64, height: 64, pixels: r.pixels.map { $0 < 0 })) > 0.97)
    let dataPart = zip(r.pixels, solution.u.pixels).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    let expected = 2 * .pi * radius * (1 + beta / (radius * radius))
    #expect(abs((solution.energy - dataPart) / expected - 1) < 0.1)
  }

  @Test func withoutCurvatureItIsTheTotalVariationModel() {
    let (r, _) = Self.notchedDisk(noise: 0.05, lambda: 1)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let solution = ElasticaModel(alpha: 1, beta: 0, coupling: 2).solve(r) { _, _, _ in true }
    #expect(solution.energy >= flat.bound)
    #expect(solution.energy < flat.energy + 0.02 * abs(flat.energy))
  }

  /// A noisy disk with a notch, in the manner of `lambda Phi + theta D_G`.
  private static func notchedDisk(noise: Float, lambda: Float) -> (r: Image, truth: Mask) {
    var generator = SeededGenerator(seed: 11)
    let size = 64
    var r = Image.disk(size: size, radius: 18)
    for y in 28..<36 { for x in 40..<size { r[x, y] = 0.3 } }
    let truth = Mask(width: size, height: size, pixels: r.pixels.map { $0 < 0 })
    for i in r.pixels.indices {
      r.pixels[i] =
        lambda * (r.pixels[i] * 0.5 + .random(in: -6 * noise...6 * noise, using: &generator))
    }
    return (r, truth)
  }

  /// The energy has many local minima. The reference is the least of several that a descent in both
  /// fields at once has found from other starts.
  @Test func energyIsNotAboveThatOfADescentInBothFields() throws {
    let golden: GoldenElastica = try golden("elastica")
    var excess = 0.0
    for expected in golden.cases {
      let r = Image(golden.width, golden.height, try #require(golden.fields[expected.field]))
      let model = ElasticaModel(
        beta: expected.beta, coupling: expected.coupling, tolerance: 1e-5, maximumIterations: 1000)
      let (solution, _) = model.solve(r)
      let isConverged = solution.isConverged
      #expect(isConverged, "\(expected.field) \(expected.beta) \(expected.coupling)")
      let relative = (solution.energy - expected.energy) / abs(expected.energy)
      excess += max(0, relative)
      #expect(relative < 0.01, "\(relative) \(expected.field)")
      #expect(abs(solution.bound - expected.bound) < 2e-3 * abs(expected.bound))
      let mask = Mask(
        width: r.width, height: r.height, pixels: expected.mask.map { $0 == "1" })
      // Where curvature weighs much, minima of nearly the same energy have other masks.
      let name = "\(expected.field) \(expected.beta) \(expected.coupling)"
      #expect(Mask(thresholding: solution.u).dice(mask) > 0.93, "\(name)")
      var binary = r
      binary.pixels = mask.pixels.map { $0 ? 1 : 0 }
      let curved = model.energy(of: binary, r)
      #expect(abs(curved / expected.elasticaEnergyOfMask - 1) < 1e-4, "\(curved) \(name)")
    }
    #expect(excess / Double(golden.cases.count) < 0.002)
  }

  /// Whatever r is: the pair is feasible, has the energy that is said, no step has raised it, and
  /// neither a TV solver with the weight of its n nor a long n-step at its u gets below by more than
  /// the gap.
  @Test(arguments: 0..<30) func everySolutionIsCertified(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (width, height) = (
      Int.random(in: 1...64, using: &generator), Int.random(in: 1...64, using: &generator)
    )
    let scale = Float(pow(10, Double.random(in: -1...1, using: &generator)))
    let (shift, sigma) = (
      Float.random(in: -0.4...0.4, using: &generator), Double.random(in: 0...3, using: &generator)
    )
    var r = Image.random(width, height, in: -1...1, using: &generator).smoothed(sigma: sigma)
    r.pixels = r.pixels.map { scale * ($0 + shift) }
    let model = ElasticaModel(
      alpha: .random(in: 0.1...2, using: &generator), beta: generator.pick([0, 1, 10, 100]),
      coupling: generator.pick([0.5, 2, 8]), maximumIterations: 200)

    let (solution, energies) = model.solve(r)

    #expect(solution.u.pixels.allSatisfy { (0...1).contains($0) })
    #expect(solution.normals.lengths.allSatisfy { $0 <= 1 + 1e-5 })
    #expect(zip(energies, energies.dropFirst()).allSatisfy { $1 <= $0 }, "\(energies)")
    let size = max(1e-3, abs(solution.energy))
    #expect(abs(energy(of: solution, r, model) - solution.energy) <= 1e-5 * size)
    #expect(solution.bound <= solution.energy + 1e-5 * size)
    #expect(solution.isConverged && solution.relativeGap <= 5e-4)
    let floor = 0.01 * abs(r.pixels.reduce(0.0) { $0 + Double(min(0, $1)) })
    let allowed = solution.relativeGap * max(abs(solution.energy), floor) + 1e-5 * size
    #expect(leastEnergyOfAnyMask(with: solution.normals, r, model) >= solution.energy - allowed)
    #expect(leastEnergyOfAnyNormals(with: solution, r, model) >= solution.energy - allowed)
  }

  private func energy(
    of solution: ElasticaModel.Solution, _ r: Image, _ model: ElasticaModel
  ) -> Double {
    var gradient = VectorField(width: r.width, height: r.height)
    gradient.setGradient(of: solution.u.pixels)
    let (n, curvature) = (solution.normals, solution.normals.divergence)
    return r.pixels.indices.reduce(0.0) { sum, i in
      let (x, y) = (Double(gradient.x[i]), Double(gradient.y[i]))
      let (length, kappa) = (hypot(x, y), Double(curvature[i]))
      let tilt = length - x * Double(n.x[i]) - y * Double(n.y[i])
      return sum + (model.alpha + model.beta * kappa * kappa) * length + model.coupling * tilt
        + Double(r.pixels[i]) * Double(solution.u.pixels[i])
    }
  }

  /// By the TV model: its g holds the weight, its r the divergence.
  private func leastEnergyOfAnyMask(
    with n: VectorField, _ r: Image, _ model: ElasticaModel
  ) -> Double {
    let curvature = n.divergence
    let weights = curvature.map {
      model.alpha + model.coupling + model.beta * Double($0) * Double($0)
    }
    let most = weights.max() ?? 1
    var (edge, dataTerm) = (r, r)
    edge.pixels = weights.map { Float($0 / most) }
    dataTerm.pixels = zip(r.pixels, curvature).map { $0 + Float(model.coupling) * $1 }
    let flat = TotalVariationModel(mu: most, tolerance: 1e-5, maximumIterations: 20_000)
      .solve(dataTerm, edge: edge) { _, _ in true }
    return flat.energy
  }

  private func leastEnergyOfAnyNormals(
    with solution: ElasticaModel.Solution, _ r: Image, _ model: ElasticaModel
  ) -> Double {
    var gradient = VectorField(width: r.width, height: r.height)
    gradient.setGradient(of: solution.u.pixels)
    let normals = NormalField(solution.normals, beta: model.beta, coupling: model.coupling)
    normals.improve(gradient, iterations: 2000)
    var other = solution
    other.normals = normals.field
    return energy(of: other, r, model)
  }

  @Test(arguments: [1.0, 10, 50], [0.5, 2, 8])
  func aNotchedDiskIsFound(beta: Double, coupling: Double) {
    for (alpha, noise, lambda) in [(1.0, Float(0.05), Float(1)), (1, 0.1, 0.5), (5, 0.05, 3)] {
      let (r, truth) = Self.notchedDisk(noise: noise, lambda: lambda)
      let (solution, _) = ElasticaModel(alpha: alpha, beta: beta, coupling: coupling).solve(r)
      #expect(solution.energy <= solution.startEnergy && solution.elasticaEnergy.isFinite)
      #expect(Mask(thresholding: solution.u).dice(truth) > 0.85, "alpha \(alpha) noise \(noise)")
    }
  }

  /// Corners of the grid of settings over which other schemes collapse to u = 0 (MATH: section 7), and
  /// beyond.
  @Test(arguments: [0.5, 2], [0.05, 0.2])
  func onAPhantomItNeverCollapsesOrRises(lambda: Double, noise: Double) throws {
    let phantom = try Phantom.chest(size: 192, noise: noise, seed: 3)
    let r = Self.dataTerm(of: phantom, lambda: lambda, theta: 3 * lambda)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let flatDice = Mask(thresholding: flat.u).dice(phantom.truth)
    for beta in [1.0, 10, 100] {
      for coupling in [0.5, 2, 8] {
        let (solution, energies) = ElasticaModel(beta: beta, coupling: coupling).solve(r)
        let setting = "beta \(beta) coupling \(coupling): \(energies)"
        let (isConverged, energy) = (solution.isConverged, solution.energy)
        #expect(isConverged, "\(setting)")
        #expect(zip(energies, energies.dropFirst()).allSatisfy { $1 <= $0 }, "\(setting)")
        #expect(energy < 0 && energy >= flat.bound, "\(setting)")
        let dice = Mask(thresholding: solution.u).dice(phantom.truth)
        #expect(dice > flatDice - 0.03, "\(dice), TV \(flatDice): \(setting)")
      }
    }
  }

  /// Settings in which little data stand against much curvature, and the result is an empty mask: none of
  /// less energy is known, neither that of the TV model nor that of the truth, each with its best normals.
  @Test(arguments: [50.0, 100], [0.1, 0.2])
  func anEmptyMaskHasLessEnergyThanThatOfTotalVariation(beta: Double, noise: Double) throws {
    let phantom = try Phantom.chest(size: 96, noise: noise, seed: 3)
    let r = Self.dataTerm(of: phantom, lambda: 0.5, theta: 1.5)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let model = ElasticaModel(beta: beta, coupling: 8)
    let (solution, _) = model.solve(r)
    var others: [Double] = []
    for mask in [Mask(thresholding: flat.u), phantom.truth] {
      var other = solution
      other.u.pixels = mask.pixels.map { $0 ? 1 : 0 }
      other.normals = VectorField(normalsOf: other.u)
      others.append(leastEnergyOfAnyNormals(with: other, r, model))
    }
    var relaxed = solution
    (relaxed.u, relaxed.normals) = (flat.u, VectorField(normalsOf: flat.u))
    others.append(leastEnergyOfAnyNormals(with: relaxed, r, model))
    #expect(Mask(thresholding: solution.u).area == 0 && solution.energy <= 0)
    #expect(others.allSatisfy { solution.energy <= $0 }, "\(solution.energy) \(others)")
  }

  @Test func aLargePhantomIsNoHarder() throws {
    let phantom = try Phantom.chest(size: 512, noise: 0.05, seed: 1)
    let r = Self.dataTerm(of: phantom, lambda: 1, theta: 3)
    let (solution, energies) = ElasticaModel().solve(r)
    let (isConverged, energy) = (solution.isConverged, solution.energy)
    #expect(isConverged && energy < 0)
    #expect(zip(energies, energies.dropFirst()).allSatisfy { $1 <= $0 })
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    #expect(energy >= flat.bound)
    #expect(Mask(thresholding: solution.u).dice(Mask(thresholding: flat.u)) > 0.95)
  }

  private static func dataTerm(of phantom: Phantom, lambda: Double, theta: Double) -> Image {
    let (image, size) = (phantom.image.normalised(), phantom.image.width)
    let markers = Mask(polygon: phantom.markers, width: size, height: size)
    let window = FittingWindow(spread: 3, of: image, inside: markers, smallest: 0.05)
    let phi = fittingTerm(image, mean: meanInside(image, markers), window: window)
    var r = geodesicDistance(image, from: markers)
    for i in r.pixels.indices {
      r.pixels[i] = Float(lambda * Double(phi.pixels[i]) + theta * Double(r.pixels[i]))
    }
    return r
  }

  @Test func callerCanStop() {
    let (r, _) = Self.notchedDisk(noise: 0.05, lambda: 1)
    let solution = ElasticaModel().solve(r) { _, _, _ in false }
    #expect(solution.iterations == 1)
  }
}
