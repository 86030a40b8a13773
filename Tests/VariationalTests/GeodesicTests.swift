import Foundation
import Imaging
import TestSupport
import Testing
import Variational

private struct GoldenDistances: Decodable {
  var width: Int
  var height: Int
  var seeds: [Int]
  var slope: [Double]
  var travel: [Double]
  var image: [Double]
  var epsilon: Double
  var beta: Double
  var sigma: Double
  var vartheta: Double
  var distance: [Double]
  var plainDistance: [Double]

  var markers: Mask { Mask(width: width, height: height, pixels: seeds.map { $0 == 1 }) }
}

struct GeodesicTests {
  /// Both use the same first-order scheme, so they differ only by rounding.
  @Test("the eikonal solution agrees with scikit-fmm")
  func eikonalAgreesWithScikitFMM() throws {
    let golden: GoldenDistances = try golden("geodesic")
    let travel = solveEikonal(slope: golden.slope, from: golden.markers)
    #expect(largestDifference(of: travel, from: golden.travel) < 1e-8)
  }

  /// The tolerance is 1e-5 because the smoothed image is rounded to Float.
  @Test("the geodesic distance agrees with scikit-fmm")
  func distanceAgreesWithScikitFMM() throws {
    let golden: GoldenDistances = try golden("geodesic")
    let image = Image(width: golden.width, height: golden.height, golden: golden.image)
    var parameters = GeodesicParameters()
    parameters.epsilon = golden.epsilon
    parameters.beta = golden.beta
    let plain = geodesicDistance(image, from: golden.markers, parameters: parameters)
    #expect(
      largestDifference(of: plain.pixels.map { Double($0) }, from: golden.plainDistance) < 1e-6)

    parameters.sigma = golden.sigma
    parameters.vartheta = golden.vartheta
    let full = geodesicDistance(image, from: golden.markers, parameters: parameters)
    #expect(largestDifference(of: full.pixels.map { Double($0) }, from: golden.distance) < 1e-5)
  }

  /// The first-order scheme differs from the Euclidean distance by O(h log h).
  @Test("slope 1 gives the Euclidean distance up to the order of the scheme")
  func slopeOneIsEuclidean() {
    for count in [33, 65, 129] {
      let middle = count / 2
      let distance = solveEikonal(
        slope: [Double](repeating: 1, count: count * count),
        from: Mask(width: count, height: count, onlyX: middle, onlyY: middle))
      let h = 1 / Double(middle)
      var worst = 0.0
      for y in 0..<count {
        for x in 0..<count {
          let exact = hypot(Double(x - middle), Double(y - middle))
          worst = max(worst, h * abs(distance[y * count + x] - exact))
        }
      }
      #expect(worst < 0.5 * h * log(1 / h) && worst > 0, "\(count): \(worst)")
    }
  }

  /// Every pixel satisfies equation (18). The wider the range of slopes, the more pixels share a
  /// bucket of the queue.
  @Test("every pixel solves the discrete equation", arguments: [0.5, 3, 6, 9])
  func pixelsSolveDiscreteEquation(decades: Double) {
    var generator = SeededGenerator(seed: 5)
    let width = 80
    let height = 54
    let slope = (0..<width * height).map { _ in
      pow(10, Double.random(in: -decades...1, using: &generator))
    }
    let seeds = Mask(width: width, height: height, onlyX: 61, onlyY: 9)
    let distance = solveEikonal(slope: slope, from: seeds)
    func value(x: Int, y: Int) -> Double {
      (0..<width).contains(x) && (0..<height).contains(y) ? distance[y * width + x] : .infinity
    }
    for i in distance.indices where !seeds.pixels[i] {
      let x = i % width
      let y = i / width
      let across = max(0, distance[i] - min(value(x: x - 1, y: y), value(x: x + 1, y: y)))
      let down = max(0, distance[i] - min(value(x: x, y: y - 1), value(x: x, y: y + 1)))
      let length = (across * across + down * down).squareRoot()
      #expect(abs(length - slope[i]) < 1e-9 * slope[i] + 1e-9)
    }
  }

  @Test("the distance is 0 on the markers and at most 1")
  func distanceIsNormalised() throws {
    let phantom = try Phantom.chest(size: 64, noise: 0.03, seed: 1)
    let markers = Mask(polygon: phantom.markers, width: 64, height: 64)
    let distance = geodesicDistance(phantom.image, from: markers)
    #expect(distance.pixels.max() == 1)
    for (value, isMarked) in zip(distance.pixels, markers.pixels) {
      #expect(isMarked ? value == 0 : value > 0)
    }
  }

  @Test("an edge keeps the pixels behind it far away")
  func edgesSeparate() {
    let width = 32
    let height = 16
    var image = Image(width: width, height: height, value: 0)
    for y in 0..<height { for x in 16..<width { image[x, y] = 1 } }
    let distance = geodesicDistance(
      image, from: Mask(width: width, height: height, onlyX: 4, onlyY: 8))
    #expect(distance[12, 8] < 0.01)
    #expect(distance[20, 8] > 0.9)
  }

  @Test("markers everywhere leave no distance")
  func markersEverywhere() {
    let image = Image(width: 4, height: 4, value: 0.5)
    let all = Mask(width: 4, height: 4, pixels: [Bool](repeating: true, count: 16))
    #expect(geodesicDistance(image, from: all).pixels.allSatisfy { $0 == 0 })
  }
}
