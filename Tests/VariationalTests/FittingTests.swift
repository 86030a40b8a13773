import Imaging
import TestSupport
import Testing
import Variational

private struct GoldenOtsu: Decodable {
  var classes: Int
  var width: Int
  var height: Int
  var image: [Double]
  var thresholds: [Double]
}

struct FittingTests {
  @Test("Otsu thresholds agree with scikit-image")
  func otsuAgreesWithScikitImage() throws {
    for expected in try golden("otsu", as: [GoldenOtsu].self) {
      let image = Image(width: expected.width, height: expected.height, golden: expected.image)
      let thresholds = otsuThresholds(image, classes: expected.classes)
      #expect(thresholds.count == expected.classes - 1)
      #expect(largestDifference(of: thresholds, from: expected.thresholds) < 1e-7)
    }
  }

  @Test("a flat image has no Otsu threshold")
  func otsuOfFlatImage() {
    #expect(otsuThresholds(Image(width: 4, height: 4, value: 0.5), classes: 3).isEmpty)
  }

  @Test("two values have one Otsu threshold")
  func otsuOfTwoValues() {
    let image = Image(width: 2, height: 2, pixels: [0, 0, 1, 1])
    let thresholds = otsuThresholds(image, classes: 4)
    #expect(thresholds.count == 1)
    #expect(thresholds.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test("the fitting term takes the values of its formula")
  func fittingTermFollowsFormula() {
    let image = Image(width: 6, height: 1, pixels: [0.5, 0.4, 0.3, 0.1, 0.75, 1])
    let phi = fittingTerm(image, mean: 0.5, window: FittingWindow(gamma1: 0.2, gamma2: 0.5))
    let expected = [-1, 0.01 - 0.5, 0.04, 0.16, 0.0625 - 0.5, 0.25]
    #expect(largestDifference(of: phi.pixels.map { Double($0) }, from: expected) < 1e-6)
  }

  @Test("the fitting term is continuous and at least -1")
  func fittingTermIsContinuous() {
    let steps = 2001
    let ramp = Image(
      width: steps, height: 1, pixels: (0..<steps).map { Float($0) / Float(steps - 1) })
    for (c1, gamma1, gamma2) in [(0.02, 0.05, 0.4), (0.5, 0.3, 0.1), (0.97, 0.6, 0.05)] {
      let phi = fittingTerm(
        ramp, mean: c1, window: FittingWindow(gamma1: gamma1, gamma2: gamma2)
      ).pixels
      #expect(phi.allSatisfy { (-1...1).contains($0) })
      let largestStep = zip(phi, phi.dropFirst()).map { abs($0 - $1) }.max() ?? 1
      #expect(largestStep < 0.015)
    }
  }

  @Test("the mean intensity counts only marked pixels")
  func meanCountsMarkedPixels() {
    let image = Image(width: 4, height: 1, pixels: [0.1, 0.2, 0.6, 1])
    let markers = Mask(width: 4, height: 1, pixels: [false, true, true, false])
    #expect(abs(meanIntensity(of: image, inside: markers) - 0.4) < 1e-6)
  }

  @Test("the Otsu window reaches to the nearest thresholds")
  func otsuWindowReachesThresholds() {
    var generator = SeededGenerator(seed: 6)
    var image = Image.random(width: 30, height: 30, in: -0.04...0.04, using: &generator)
    for i in image.pixels.indices { image.pixels[i] += [0.1, 0.5, 0.9][i % 3] }
    let thresholds = otsuThresholds(image, classes: 3)
    let window = FittingWindow(otsu: 3, of: image, mean: 0.5, smallest: 0.01)
    #expect(window.gamma1 == 0.5 - thresholds[0] && window.gamma2 == thresholds[1] - 0.5)
    let lowest = FittingWindow(otsu: 3, of: image, mean: 0.02, smallest: 0.05)
    #expect(lowest.gamma1 == 0.05 && lowest.gamma2 == thresholds[0] - 0.02)
    let highest = FittingWindow(otsu: 3, of: image, mean: 0.99, smallest: 0.05)
    #expect(highest.gamma1 == 0.99 - thresholds[1] && highest.gamma2 == 0.05)
  }

  @Test("the spread window is a multiple of the standard deviation with a lower bound")
  func spreadWindowHasLowerBound() {
    let image = Image(width: 4, height: 1, pixels: [0.25, 0.75, 0, 1])
    let markers = Mask(width: 4, height: 1, pixels: [true, true, false, false])
    let window = FittingWindow(spread: 2, of: image, inside: markers, smallest: 0.05)
    #expect(window == FittingWindow(gamma1: 0.5, gamma2: 0.5))
    let floor = FittingWindow(spread: 0, of: image, inside: markers, smallest: 0.05)
    #expect(floor == FittingWindow(gamma1: 0.05, gamma2: 0.05))
  }
}
