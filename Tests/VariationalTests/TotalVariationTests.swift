import Foundation
import Imaging
import TestSupport
import Testing
import Variational

private struct GoldenOptima: Decodable {
  struct Case: Decodable {
    var field: String
    var mu: Double
    var isWeighted: Bool
    var primal: Double
    var dual: Double
  }
  var width: Int
  var height: Int
  var edge: [Double]
  var fields: [String: [Double]]
  var cases: [Case]
}

extension TotalVariationModel {
  /// Solves to the end.
  fileprivate func solve(_ dataTerm: Image) -> TotalVariationSolution {
    solve(dataTerm) { _, _ in true }
  }
}

struct TotalVariationTests {
  @Test("the energy is the golden optimum")
  func reachesGoldenOptimum() throws {
    let golden: GoldenOptima = try golden("totalVariation")
    let edge = Image(width: golden.width, height: golden.height, golden: golden.edge)
    for expected in golden.cases {
      let r = Image(
        width: golden.width, height: golden.height,
        golden: try #require(golden.fields[expected.field]))
      let solution = TotalVariationModel(mu: expected.mu)
        .solve(r, edge: expected.isWeighted ? edge : nil) { _, _ in true }
      let slack = 1e-4 * max(1, abs(expected.primal))
      #expect(solution.isConverged, "\(expected)")
      #expect(abs(solution.energy - expected.primal) < slack, "\(expected): \(solution.energy)")
      #expect(abs(solution.bound - expected.dual) < slack, "\(expected): \(solution.bound)")
    }
  }

  /// The energy is recomputed here; thresholded masks must not have an energy below the bound.
  @Test("every solution is feasible, has the stated energy and a valid bound", arguments: 0..<40)
  func solutionIsCertified(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let width = Int.random(in: 1...96, using: &generator)
    let height = Int.random(in: 1...96, using: &generator)
    let mu = Double.random(in: 0.05...3, using: &generator)
    let scale = Float(pow(10, Double.random(in: -2...1, using: &generator)))
    let shift = Float.random(in: -0.5...0.5, using: &generator)
    let sigma = Double.random(in: 0...3, using: &generator)
    var r = Image.random(width: width, height: height, in: -1...1, using: &generator).smoothed(
      sigma: sigma)
    r.pixels = r.pixels.map { scale * ($0 + shift) }

    let solution = TotalVariationModel(mu: mu).solve(r)

    #expect(solution.isConverged && solution.relativeGap <= 1e-4)
    #expect(solution.u.pixels.allSatisfy { (0...1).contains($0) })
    let energy = energy(of: solution.u, dataTerm: r, mu: mu)
    #expect(abs(solution.energy - energy) <= 1e-5 * max(1, abs(energy)))
    #expect(solution.bound <= energy + 1e-5 * max(1, abs(energy)))
    for level in [Float(0), 0.25, 0.5, 0.75] {
      var binary = solution.u
      binary.pixels = binary.pixels.map { $0 > level ? 1 : 0 }
      let other = self.energy(of: binary, dataTerm: r, mu: mu)
      #expect(other >= solution.bound - 1e-5 * max(1, abs(energy)))
    }
  }

  private func energy(of u: Image, dataTerm r: Image, mu: Double) -> Double {
    var gradient = VectorField(width: u.width, height: u.height)
    gradient.setGradient(of: u.pixels)
    return u.pixels.indices.reduce(0.0) {
      let length = hypot(Double(gradient.x[$1]), Double(gradient.y[$1]))
      return $0 + mu * length + Double(r.pixels[$1]) * Double(u.pixels[$1])
    }
  }

  @Test("edges of weight 0 cost nothing")
  func zeroWeightEdgesAreFree() {
    var r = Image(width: 16, height: 8, value: 0.3)
    var edge = Image(width: 16, height: 8, value: 1)
    for y in 0..<8 {
      for x in 0..<8 { r[x, y] = -0.1 }
      edge[7, y] = 0
    }
    let model = TotalVariationModel(mu: 1)
    #expect(model.solve(r).u.pixels.allSatisfy { $0 < 1e-3 })
    let solution = model.solve(r, edge: edge) { _, _ in true }
    #expect(Mask(thresholding: solution.u).pixels == r.pixels.map { $0 < 0 })
  }

  @Test("without variation every pixel takes the sign of the data term")
  func tinyWeightGivesPointwiseMinimiser() {
    var generator = SeededGenerator(seed: 7)
    let r = Image.random(width: 16, height: 16, in: -1...1, using: &generator)
    let solution = TotalVariationModel(mu: 1e-4).solve(r)
    #expect(Mask(thresholding: solution.u).pixels == r.pixels.map { $0 < 0 })
  }

  @Test("a large weight leaves a single region")
  func largeWeightLeavesOneRegion() {
    var generator = SeededGenerator(seed: 8)
    for shift in [Float(-0.1), 0.1] {
      var r = Image.random(width: 16, height: 16, in: -1...1, using: &generator)
      let mean = r.pixels.reduce(0, +) / 256
      r.pixels = r.pixels.map { $0 - mean + shift }
      let solution = TotalVariationModel(mu: 100).solve(r)
      #expect(solution.isConverged)
      #expect(solution.u.pixels.allSatisfy { abs($0 - (shift < 0 ? 1 : 0)) < 1e-3 })
    }
  }

  /// A disk of radius R pays `2 pi R mu`, up to the geometry of the grid.
  @Test("a disk costs its length")
  func diskCostsItsLength() {
    let size = 64
    let radius = 16.0
    let mu = 0.5
    let r = Image.disk(size: size, radius: radius)
    let solution = TotalVariationModel(mu: mu).solve(r)
    let dataPart = zip(r.pixels, solution.u.pixels).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    let length = (solution.energy - dataPart) / mu
    #expect(abs(length / (2 * .pi * radius) - 1) < 0.1)
    #expect(
      Mask(thresholding: solution.u).dice(Mask(negativeOf: r)) > 0.99)
  }

  @Test("a stopped solver still returns a valid bound")
  func stoppedSolverHasValidBound() {
    var generator = SeededGenerator(seed: 9)
    let r = Image.random(width: 48, height: 48, in: -1...1, using: &generator).smoothed(sigma: 3)
    var calls = 0
    let solution = TotalVariationModel(mu: 0.1, tolerance: 0).solve(r) { _, _ in
      calls += 1
      return calls < 2
    }
    #expect(calls == 2 && !solution.isConverged)
    #expect(solution.bound <= solution.energy)
  }

  @Test("an error of the caller's closure is rethrown")
  func rethrowsCallersError() {
    struct Interrupted: Error {}
    let r = Image(width: 8, height: 8, pixels: (0..<64).map { $0 % 2 == 0 ? -0.4 : 0.5 })
    #expect(throws: Interrupted.self) {
      try TotalVariationModel(mu: 0.1, tolerance: 0).solve(r) { _, _ in throw Interrupted() }
    }
  }

  @Test("equal inputs give equal bits")
  func isDeterministic() {
    var generator = SeededGenerator(seed: 10)
    let r = Image.random(width: 32, height: 32, in: -1...1, using: &generator).smoothed(sigma: 1)
    let model = TotalVariationModel(mu: 0.3)
    #expect(model.solve(r) == model.solve(r))
  }

  /// The sizes are those of configurations, up to the largest that a test has time for.
  @Test("phantoms converge within the allowed iterations", arguments: [64, 128, 256, 512])
  func phantomsConverge(size: Int) throws {
    let phantom = try Phantom.chest(size: size, noise: 0.03, seed: 3)
    let markers = Mask(polygon: phantom.markers, width: size, height: size)
    let c1 = meanIntensity(of: phantom.image, inside: markers)
    let phi = fittingTerm(
      phantom.image, mean: c1,
      window: FittingWindow(spread: 3, of: phantom.image, inside: markers, smallest: 0.05))
    var r = geodesicDistance(phantom.image, from: markers)
    for i in r.pixels.indices { r.pixels[i] = phi.pixels[i] + 2 * r.pixels[i] }
    let solution = TotalVariationModel(mu: 1).solve(r)
    #expect(solution.isConverged && solution.relativeGap <= 1e-4)
    #expect(Mask(thresholding: solution.u).dice(phantom.groundTruth) > 0.9)
  }
}
