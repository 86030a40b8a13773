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
  /// Solves to the end and also returns the energies after the iterations with the full beta.
  fileprivate func solve(_ dataTerm: Image) -> (solution: ElasticaSolution, energies: [Double]) {
    var energies: [Double] = []
    let solution = solve(dataTerm) { _, energy, _ in
      energies.append(energy)
      return true
    }
    return (solution, [solution.startEnergy] + energies.dropFirst(solution.leadingIterations))
  }
}

struct ElasticaTests {
  @Test("the normal step reaches the golden optimum")
  func normalsReachOptimum() throws {
    let golden: GoldenNormals = try golden("normals")
    let u = Image(width: golden.width, height: golden.height, golden: golden.u)
    var gradient = VectorField(width: u.width, height: u.height)
    gradient.setGradient(of: u.pixels)
    for expected in golden.cases {
      let normals = NormalFieldSolver(
        VectorField(normalsOf: u), beta: expected.beta, coupling: expected.coupling)
      normals.improve(gradient, iterations: 1000)
      let n = normals.field
      #expect(n.lengths.allSatisfy { $0 <= 1 + 1e-5 })
      let energy = normalEnergy(
        n, gradient: gradient, beta: expected.beta, coupling: expected.coupling)
      #expect(abs(energy / expected.energy - 1) < 1e-4, "\(expected): \(energy)")
    }
  }

  private func normalEnergy(
    _ n: VectorField, gradient p: VectorField, beta: Double, coupling: Double
  ) -> Double {
    let lengths = p.lengths
    let curvature = n.divergence
    return lengths.indices.reduce(0.0) { sum, i in
      let kappa = Double(curvature[i])
      let along = Double(n.x[i] * p.x[i] + n.y[i] * p.y[i])
      return sum + beta * Double(lengths[i]) * kappa * kappa - coupling * along
    }
  }

  /// A disk pays `2 pi R (alpha + beta / R^2)`, up to the relaxation and the grid.
  @Test(
    "a disk keeps its shape and pays for length and curvature",
    arguments: [(10.0, 12.0), (50, 12), (50, 20)])
  func diskPaysForLengthAndCurvature(beta: Double, radius: Double) {
    let r = Image.disk(size: 64, radius: radius)
    let solution = ElasticaModel(beta: beta, coupling: 8).solve(r) { _, _, _ in true }
    let mask = Mask(thresholding: solution.u)
    #expect(mask.dice(Mask(negativeOf: r)) > 0.97)
    let dataPart = zip(r.pixels, solution.u.pixels).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    let expected = 2 * .pi * radius * (1 + beta / (radius * radius))
    #expect(abs((solution.energy - dataPart) / expected - 1) < 0.1)
  }

  @Test("without curvature the model is the TV model")
  func isTotalVariationWithoutCurvature() {
    let (r, _) = Self.notchedDisk(noise: 0.05, lambda: 1)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let solution = ElasticaModel(alpha: 1, beta: 0, coupling: 2).solve(r) { _, _, _ in true }
    #expect(solution.energy >= flat.bound)
    #expect(solution.energy < flat.energy + 0.02 * abs(flat.energy))
  }

  /// Returns the data term of a noisy disk with a notch, and the disk.
  private static func notchedDisk(noise: Float, lambda: Float) -> (r: Image, groundTruth: Mask) {
    var generator = SeededGenerator(seed: 11)
    let size = 64
    var r = Image.disk(size: size, radius: 18)
    for y in 28..<36 { for x in 40..<size { r[x, y] = 0.3 } }
    let groundTruth = Mask(negativeOf: r)
    for i in r.pixels.indices {
      r.pixels[i] =
        lambda * (r.pixels[i] * 0.5 + .random(in: -6 * noise...6 * noise, using: &generator))
    }
    return (r, groundTruth)
  }

  /// The energy has many local minima; the golden value is the least of several that a descent in
  /// both fields at once found from other starts.
  @Test("the energy is not above that of a descent in both fields at once")
  func energyMatchesJointDescent() throws {
    let golden: GoldenElastica = try golden("elastica")
    var excess = 0.0
    for expected in golden.cases {
      let r = Image(
        width: golden.width, height: golden.height,
        golden: try #require(golden.fields[expected.field]))
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
      let curved = model.energy(of: binary, dataTerm: r)
      #expect(abs(curved / expected.elasticaEnergyOfMask - 1) < 1e-4, "\(curved) \(name)")
    }
    #expect(excess / Double(golden.cases.count) < 0.002)
  }

  /// Neither a TV solver with the weight of the solution's n nor a long normal step at its u finds an
  /// energy that is lower by more than the certified gap.
  @Test(
    "every solution is feasible, has the stated energy and keeps its certificate", arguments: 0..<30
  )
  func solutionIsCertified(seed: UInt64) {
    let (r, model) = Self.randomProblem(seed: seed)

    let (solution, energies) = model.solve(r)

    #expect(solution.u.pixels.allSatisfy { (0...1).contains($0) })
    #expect(solution.normals.lengths.allSatisfy { $0 <= 1 + 1e-5 })
    #expect(zip(energies, energies.dropFirst()).allSatisfy { $1 <= $0 }, "\(energies)")
    let size = max(1e-3, abs(solution.energy))
    #expect(abs(energy(of: solution, dataTerm: r, model: model) - solution.energy) <= 1e-5 * size)
    #expect(solution.bound <= solution.energy + 1e-5 * size)
    #expect(solution.isConverged && solution.relativeGap <= 5e-4)
    let floor = 0.01 * abs(r.pixels.reduce(0.0) { $0 + Double(min(0, $1)) })
    let allowed = solution.relativeGap * max(abs(solution.energy), floor) + 1e-5 * size
    #expect(
      leastEnergyOfAnyMask(with: solution.normals, dataTerm: r, model: model) >= solution.energy
        - allowed)
    #expect(
      leastEnergyOfAnyNormals(with: solution, dataTerm: r, model: model) >= solution.energy
        - allowed)
  }

  /// Returns a smoothed random data term and a model with random weights.
  private static func randomProblem(seed: UInt64) -> (r: Image, model: ElasticaModel) {
    var generator = SeededGenerator(seed: seed)
    let width = Int.random(in: 1...64, using: &generator)
    let height = Int.random(in: 1...64, using: &generator)
    let scale = Float(pow(10, Double.random(in: -1...1, using: &generator)))
    let shift = Float.random(in: -0.4...0.4, using: &generator)
    let sigma = Double.random(in: 0...3, using: &generator)
    var r = Image.random(width: width, height: height, in: -1...1, using: &generator).smoothed(
      sigma: sigma)
    r.pixels = r.pixels.map { scale * ($0 + shift) }
    let model = ElasticaModel(
      alpha: .random(in: 0.1...2, using: &generator), beta: generator.pick([0, 1, 10, 100]),
      coupling: generator.pick([0.5, 2, 8]), maximumIterations: 200)
    return (r, model)
  }

  private func energy(
    of solution: ElasticaSolution, dataTerm r: Image, model: ElasticaModel
  ) -> Double {
    var gradient = VectorField(width: r.width, height: r.height)
    gradient.setGradient(of: solution.u.pixels)
    let n = solution.normals
    let curvature = solution.normals.divergence
    return r.pixels.indices.reduce(0.0) { sum, i in
      let x = Double(gradient.x[i])
      let y = Double(gradient.y[i])
      let length = hypot(x, y)
      let kappa = Double(curvature[i])
      let tilt = length - x * Double(n.x[i]) - y * Double(n.y[i])
      return sum + (model.alpha + model.beta * kappa * kappa) * length + model.coupling * tilt
        + Double(r.pixels[i]) * Double(solution.u.pixels[i])
    }
  }

  /// Minimises over u with the TV model, whose edge detector takes the weight of equation (31).
  private func leastEnergyOfAnyMask(
    with n: VectorField, dataTerm r: Image, model: ElasticaModel
  ) -> Double {
    let curvature = n.divergence
    let weights = curvature.map {
      model.alpha + model.coupling + model.beta * Double($0) * Double($0)
    }
    let most = weights.max() ?? 1
    var edge = r
    var dataTerm = r
    edge.pixels = weights.map { Float($0 / most) }
    dataTerm.pixels = zip(r.pixels, curvature).map { $0 + Float(model.coupling) * $1 }
    let flat = TotalVariationModel(mu: most, tolerance: 1e-5, maximumIterations: 20_000)
      .solve(dataTerm, edge: edge) { _, _ in true }
    return flat.energy
  }

  private func leastEnergyOfAnyNormals(
    with solution: ElasticaSolution, dataTerm r: Image, model: ElasticaModel
  ) -> Double {
    var gradient = VectorField(width: r.width, height: r.height)
    gradient.setGradient(of: solution.u.pixels)
    let normals = NormalFieldSolver(solution.normals, beta: model.beta, coupling: model.coupling)
    normals.improve(gradient, iterations: 2000)
    var other = solution
    other.normals = normals.field
    return energy(of: other, dataTerm: r, model: model)
  }

  @Test("a noisy disk with a notch is found", arguments: [1.0, 10, 50], [0.5, 2, 8])
  func findsNotchedDisk(beta: Double, coupling: Double) {
    for (alpha, noise, lambda) in [(1.0, Float(0.05), Float(1)), (1, 0.1, 0.5), (5, 0.05, 3)] {
      let (r, groundTruth) = Self.notchedDisk(noise: noise, lambda: lambda)
      let (solution, _) = ElasticaModel(alpha: alpha, beta: beta, coupling: coupling).solve(r)
      #expect(solution.energy <= solution.startEnergy && solution.elasticaEnergy.isFinite)
      #expect(
        Mask(thresholding: solution.u).dice(groundTruth) > 0.85, "alpha \(alpha) noise \(noise)")
    }
  }

  /// The settings include corners at which augmented Lagrangian schemes collapse to u = 0.
  @Test(
    "on a phantom the mask never collapses and the energy never rises", arguments: [0.5, 2],
    [0.05, 0.2])
  func neverCollapsesOnPhantom(lambda: Double, noise: Double) throws {
    let phantom = try Phantom.chest(size: 192, noise: noise, seed: 3)
    let r = Self.dataTerm(of: phantom, lambda: lambda, theta: 3 * lambda)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let flatDice = Mask(thresholding: flat.u).dice(phantom.groundTruth)
    for beta in [1.0, 10, 100] {
      for coupling in [0.5, 2, 8] {
        let (solution, energies) = ElasticaModel(beta: beta, coupling: coupling).solve(r)
        let setting = "beta \(beta) coupling \(coupling): \(energies)"
        let isConverged = solution.isConverged
        let energy = solution.energy
        #expect(isConverged, "\(setting)")
        #expect(zip(energies, energies.dropFirst()).allSatisfy { $1 <= $0 }, "\(setting)")
        #expect(energy < 0 && energy >= flat.bound, "\(setting)")
        let dice = Mask(thresholding: solution.u).dice(phantom.groundTruth)
        #expect(dice > flatDice - 0.03, "\(dice), TV \(flatDice): \(setting)")
      }
    }
  }

  /// With a weak data term and much curvature the result is empty. Neither the mask of the TV model nor
  /// the ground truth, each with its best normals, has less energy.
  @Test(
    "an empty result has less energy than the TV mask and the ground truth",
    arguments: [50.0, 100], [0.1, 0.2])
  func emptyMaskHasLeastEnergy(beta: Double, noise: Double) throws {
    let phantom = try Phantom.chest(size: 96, noise: noise, seed: 3)
    let r = Self.dataTerm(of: phantom, lambda: 0.5, theta: 1.5)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let model = ElasticaModel(beta: beta, coupling: 8)
    let (solution, _) = model.solve(r)
    var others: [Double] = []
    for mask in [Mask(thresholding: flat.u), phantom.groundTruth] {
      var other = solution
      other.u.pixels = mask.pixels.map { $0 ? 1 : 0 }
      other.normals = VectorField(normalsOf: other.u)
      others.append(leastEnergyOfAnyNormals(with: other, dataTerm: r, model: model))
    }
    var relaxed = solution
    relaxed.u = flat.u
    relaxed.normals = VectorField(normalsOf: flat.u)
    others.append(leastEnergyOfAnyNormals(with: relaxed, dataTerm: r, model: model))
    #expect(Mask(thresholding: solution.u).area == 0 && solution.energy <= 0)
    #expect(others.allSatisfy { solution.energy <= $0 }, "\(solution.energy) \(others)")
  }

  @Test("a phantom of 512 x 512 pixels converges too")
  func largePhantomConverges() throws {
    let phantom = try Phantom.chest(size: 512, noise: 0.05, seed: 1)
    let r = Self.dataTerm(of: phantom, lambda: 1, theta: 3)
    let (solution, energies) = ElasticaModel().solve(r)
    let isConverged = solution.isConverged
    let energy = solution.energy
    #expect(isConverged && energy < 0)
    #expect(zip(energies, energies.dropFirst()).allSatisfy { $1 <= $0 })
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    #expect(energy >= flat.bound)
    #expect(Mask(thresholding: solution.u).dice(Mask(thresholding: flat.u)) > 0.95)
  }

  private static func dataTerm(of phantom: Phantom, lambda: Double, theta: Double) -> Image {
    let image = phantom.image.normalised()
    let size = phantom.image.width
    let markers = Mask(polygon: phantom.markers, width: size, height: size)
    let window = FittingWindow(spread: 3, of: image, inside: markers, smallest: 0.05)
    let phi = fittingTerm(image, mean: meanIntensity(of: image, inside: markers), window: window)
    var r = geodesicDistance(image, from: markers)
    for i in r.pixels.indices {
      r.pixels[i] = Float(lambda * Double(phi.pixels[i]) + theta * Double(r.pixels[i]))
    }
    return r
  }

  @Test("the caller can stop the solver")
  func callerCanStop() {
    let (r, _) = Self.notchedDisk(noise: 0.05, lambda: 1)
    let solution = ElasticaModel().solve(r) { _, _, _ in false }
    #expect(solution.iterations == 1)
  }
}
