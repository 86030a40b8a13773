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
  /// Same first-order scheme, so the two differ by rounding alone.
  @Test func theSolutionAgreesWithScikitFMM() throws {
    let golden: GoldenDistances = try golden("geodesic")
    let travel = solveEikonal(slope: golden.slope, from: golden.markers)
    #expect(largestDifference(travel, golden.travel) < 1e-8)
  }

  /// The image passes through Float after the Gaussian, hence 1e-5.
  @Test func geodesicDistanceAgreesWithScikitFMM() throws {
    let golden: GoldenDistances = try golden("geodesic")
    let image = Image(golden.width, golden.height, golden.image)
    var parameters = GeodesicParameters()
    (parameters.epsilon, parameters.beta) = (golden.epsilon, golden.beta)
    let plain = geodesicDistance(image, from: golden.markers, parameters)
    #expect(largestDifference(plain.pixels.map { Double($0) }, golden.plainDistance) < 1e-6)

    (parameters.sigma, parameters.vartheta) = (golden.sigma, golden.vartheta)
    let full = geodesicDistance(image, from: golden.markers, parameters)
    #expect(largestDifference(full.pixels.map { Double($0) }, golden.distance) < 1e-5)
  }

  /// With slope 1 the first-order scheme is off by O(h log h) from the Euclidean distance.
  @Test func slopeOneGivesTheEuclideanDistance() {
    for count in [33, 65, 129] {
      let middle = count / 2
      let distance = solveEikonal(
        slope: [Double](repeating: 1, count: count * count),
        from: Mask(count, count, only: middle, middle))
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

  /// `max(D - a, 0)^2 + max(D - b, 0)^2 = slope^2` at every pixel: Godunov's scheme, solved.
  /// The wider the range of slopes, the more pixels share a bucket of the queue.
  @Test(arguments: [0.5, 3, 6, 9])
  func everyPixelSolvesTheDiscreteEquation(decades: Double) {
    var generator = SeededGenerator(seed: 5)
    let (width, height) = (80, 54)
    let slope = (0..<width * height).map { _ in
      pow(10, Double.random(in: -decades...1, using: &generator))
    }
    let seeds = Mask(width, height, only: 61, 9)
    let distance = solveEikonal(slope: slope, from: seeds)
    func value(_ x: Int, _ y: Int) -> Double {
      (0..<width).contains(x) && (0..<height).contains(y) ? distance[y * width + x] : .infinity
    }
    for i in distance.indices where !seeds.pixels[i] {
      let (x, y) = (i % width, i / width)
      let across = max(0, distance[i] - min(value(x - 1, y), value(x + 1, y)))
      let down = max(0, distance[i] - min(value(x, y - 1), value(x, y + 1)))
      let length = (across * across + down * down).squareRoot()
      #expect(abs(length - slope[i]) < 1e-9 * slope[i] + 1e-9)
    }
  }

  @Test func distanceIsZeroOnTheMarkersAndAtMostOne() throws {
    let phantom = try Phantom.chest(size: 64, noise: 0.03, seed: 1)
    let markers = Mask(polygon: phantom.markers, width: 64, height: 64)
    let distance = geodesicDistance(phantom.image, from: markers)
    #expect(distance.pixels.max() == 1)
    for (value, isMarked) in zip(distance.pixels, markers.pixels) {
      #expect(isMarked ? value == 0 : value > 0)
    }
  }

  @Test func edgesKeepTheOtherSideFar() {
    let (width, height) = (32, 16)
    var image = Image(width: width, height: height, value: 0)
    for y in 0..<height { for x in 16..<width { image[x, y] = 1 } }
    let distance = geodesicDistance(image, from: Mask(width, height, only: 4, 8))
    #expect(distance[12, 8] < 0.01)
    #expect(distance[20, 8] > 0.9)
  }

  @Test func markersEverywhereLeaveNoDistance() {
    let image = Image(width: 4, height: 4, value: 0.5)
    let all = Mask(width: 4, height: 4, pixels: [Bool](repeating: true, count: 16))
    #expect(geodesicDistance(image, from: all).pixels.allSatisfy { $0 == 0 })
  }
}
