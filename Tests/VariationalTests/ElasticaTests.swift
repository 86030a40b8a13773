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
    let solution = ElasticaModel(beta: beta, coupling: 8).solve(r) { _, _ in true }
    let mask = Mask(thresholding: solution.u)
    #expect(mask.dice(Mask(width: 64, height: 64, pixels: r.pixels.map { $0 < 0 })) > 0.97)
    let dataPart = zip(r.pixels, solution.u.pixels).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    let expected = 2 * .pi * radius * (1 + beta / (radius * radius))
    #expect(abs((solution.energy - dataPart) / expected - 1) < 0.1)
  }

  @Test func withoutCurvatureItIsTheTotalVariationModel() {
    let (r, _) = Self.notchedDisk(noise: 0.05, lambda: 1)
    let flat = TotalVariationModel(mu: 1).solve(r) { _, _ in true }
    let solution = ElasticaModel(alpha: 1, beta: 0, coupling: 2).solve(r) { _, _ in true }
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

  /// The grid of settings over which other schemes collapse to u = 0 (MATH: section 7).
  @Test(arguments: [1.0, 10, 50], [0.5, 2, 8])
  func neverCollapsesAndNeverEndsAboveItsStart(beta: Double, coupling: Double) {
    for (alpha, noise, lambda) in [(1.0, Float(0.05), Float(1)), (1, 0.1, 0.5), (5, 0.05, 3)] {
      let (r, truth) = Self.notchedDisk(noise: noise, lambda: lambda)
      let model = ElasticaModel(
        alpha: alpha, beta: beta, coupling: coupling, maximumIterations: 12)
      let solution = model.solve(r) { _, _ in true }
      #expect(solution.energy <= solution.startEnergy)
      #expect(solution.energy.isFinite && solution.elasticaEnergy.isFinite)
      #expect(solution.u.pixels.allSatisfy { (0...1).contains($0) })
      #expect(Mask(thresholding: solution.u).dice(truth) > 0.85, "alpha \(alpha) noise \(noise)")
    }
  }

  @Test func callerCanStop() {
    let (r, _) = Self.notchedDisk(noise: 0.05, lambda: 1)
    let solution = ElasticaModel().solve(r) { _, _ in false }
    #expect(solution.iterations == 1)
  }
}
