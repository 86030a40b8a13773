import Imaging
import TestSupport
import Testing

import Variational

private struct GoldenFilters: Decodable {
  struct Smoothed: Decodable {
    var sigma: Double
    var smoothed: [Double]
  }
  struct Edge: Decodable {
    var iota: Double
    var sigma: Double
    var g: [Double]
  }
  var width: Int
  var height: Int
  var image: [Double]
  var cases: [Smoothed]
  var squaredGradient: [Double]
  var edge: Edge
}

struct FilterTests {
  @Test("the Gaussian agrees with SciPy")
  func gaussianAgreesWithSciPy() throws {
    let golden: GoldenFilters = try golden("gaussian")
    let image = Image(width: golden.width, height: golden.height, golden: golden.image)
    for expected in golden.cases {
      let smoothed = image.smoothed(sigma: expected.sigma).pixels.map { Double($0) }
      #expect(
        largestDifference(of: smoothed, from: expected.smoothed) < 1e-7, "sigma \(expected.sigma)")
    }
  }

  @Test("a Gaussian with sigma 0 changes nothing")
  func sigmaZeroChangesNothing() {
    var generator = SeededGenerator(seed: 1)
    let image = Image.random(width: 9, height: 7, in: 0...1, using: &generator)
    #expect(image.smoothed(sigma: 0) == image)
  }

  @Test("a Gaussian wider than the image leaves the mean")
  func wideGaussianLeavesMean() {
    var generator = SeededGenerator(seed: 2)
    let image = Image.random(width: 5, height: 3, in: 0...1, using: &generator)
    let smoothed = image.smoothed(sigma: 40)
    let mean = image.pixels.reduce(0, +) / 15
    #expect(smoothed.pixels.allSatisfy { abs($0 - mean) < 1e-3 })
  }

  @Test("the gradient agrees with NumPy")
  func gradientAgreesWithNumPy() throws {
    let golden: GoldenFilters = try golden("gaussian")
    let squared = Image(width: golden.width, height: golden.height, golden: golden.image)
      .squaredGradient()
    #expect(largestDifference(of: squared, from: golden.squaredGradient) < 1e-9)
  }

  @Test("the gradient of a single row has no component along rows")
  func gradientOfSingleRow() {
    let row = Image(width: 4, height: 1, pixels: [0, 1, 3, 6])
    #expect(row.squaredGradient() == [1, 2.25, 6.25, 9])
  }

  @Test("the edge detector agrees with SciPy")
  func edgeDetectorAgreesWithSciPy() throws {
    let golden: GoldenFilters = try golden("gaussian")
    let g = edgeDetector(
      Image(width: golden.width, height: golden.height, golden: golden.image),
      iota: golden.edge.iota,
      sigma: golden.edge.sigma)
    #expect(largestDifference(of: g.pixels.map { Double($0) }, from: golden.edge.g) < 1e-6)
  }

  @Test("the edge detector is 1 where the image is flat")
  func edgeDetectorOfFlatImage() {
    let flat = Image(width: 6, height: 5, value: 0.3)
    #expect(edgeDetector(flat, iota: 1000, sigma: 1).pixels.allSatisfy { $0 == 1 })
  }
}
