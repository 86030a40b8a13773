import Errors
import Evaluation
import Expectations
import Foundation
import Imaging
import RunFixtures
import TestSupport
import Testing

struct SurfaceDistanceTests {
  @Test("the distances of two squares are those computed by hand") func twoSquares() throws {
    // Each boundary has 4 pixels; columns are 2 mm wide.
    var groundTruth = mask("##....", "##....")
    groundTruth.spacing = Spacing(x: 2, y: 5)
    let distance = try #require(
      try SurfaceDistance(of: mask("....##", "....##"), against: groundTruth))
    // The nearest boundary pixel is 6 mm from one column and 8 mm from the other.
    #expect(distance.hausdorff95 == 8)
    #expect(distance.average == 7)
  }

  @Test("surface distances agree with SciPy") func distancesMatchSciPy() throws {
    let golden = try StatisticsGolden.read()
    #expect(golden.distances.count == 17)
    for pair in golden.distances {
      let found = try SurfaceDistance(
        of: pair.mask(\.segmentation, spacing: .unknown),
        against: pair.mask(\.truth, spacing: Spacing(x: pair.spacing[0], y: pair.spacing[1])))
      guard let hd95 = pair.hd95, let assd = pair.assd else {
        #expect(found == nil)
        continue
      }
      let distance = try #require(found)
      #expect(abs(distance.hausdorff95 - hd95) <= 1e-12 * max(1, hd95))
      #expect(abs(distance.average - assd) <= 1e-12 * max(1, assd))
    }
  }

  @Test("the distance transform agrees with SciPy") func transformMatchesSciPy() throws {
    let golden = try StatisticsGolden.read().transform
    let mask = Mask(
      width: golden.width, height: golden.height,
      spacing: Spacing(x: golden.spacing[0], y: golden.spacing[1]),
      pixels: golden.mask.map { $0 == "1" })
    for (found, expected) in zip(mask.squaredDistances(), golden.squares) {
      #expect(abs(found - expected) <= 1e-12 * max(1, expected))
    }
  }

  @Test("the distance transform agrees with an exhaustive search") func bruteForce() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<60 {
      var mask = generator.mask(
        width: Int.random(in: 1...14, using: &generator),
        height: Int.random(in: 1...14, using: &generator))
      mask.spacing = Spacing(x: generator.pick([1, 0.4, 3]), y: generator.pick([1, 0.7, 2.5]))
      for (index, found) in mask.squaredDistances().enumerated() {
        let expected = mask.nearestSquare(x: index % mask.width, y: index / mask.width)
        if expected.isInfinite {
          #expect(found == expected)
        } else {
          #expect(abs(found - expected) <= 1e-12 * expected)
        }
      }
    }
  }

  @Test("a distant leak shows in HD95 although Dice hardly changes") func distantLeak() throws {
    let groundTruth = disc(200, x: 60, y: 60, radius: 40)
    var leaking = groundTruth
    for y in 150..<170 { for x in 150..<170 { leaking[x, y] = true } }
    #expect(try Overlap(of: leaking, against: groundTruth).dice > 0.95)
    let distance = try #require(try SurfaceDistance(of: leaking, against: groundTruth))
    #expect(distance.hausdorff95 > 90)
    #expect(try SurfaceDistance(of: groundTruth, against: groundTruth)?.hausdorff95 == 0)
  }

  @Test("an empty mask has no surface distance") func emptyMask() throws {
    #expect(try SurfaceDistance(of: mask("..."), against: mask(".#.")) == nil)
    #expect(try SurfaceDistance(of: mask(".#."), against: mask("...")) == nil)
    #expect(try SurfaceDistance(of: mask("..."), against: mask("...")) == nil)
  }

  @Test("masks of different sizes are refused") func otherSizes() {
    let error = expectError(in: .evaluation) {
      try SurfaceDistance(of: mask("##"), against: mask("#", "#"))
    }
    #expect(error?.code == .masksMismatched)
    #expect(error?.message.contains("2 x 1") == true)
  }
}

extension Mask {
  /// Computes the squared distance to the nearest pixel inside by an exhaustive search.
  fileprivate func nearestSquare(x: Int, y: Int) -> Double {
    pixels.indices.filter { pixels[$0] }.map { index in
      let dx = Double(index % width - x) * spacing.x
      let dy = Double(index / width - y) * spacing.y
      return dx * dx + dy * dy
    }.min() ?? .infinity
  }
}

/// The numbers that `Scripts/golden.d/score_statistics.py` computed with SciPy.
struct StatisticsGolden: Decodable {
  struct MeasuredPair: Decodable {
    var width: Int
    var height: Int
    var spacing: [Double]
    var segmentation: String
    var truth: String
    var hd95: Double?
    var assd: Double?

    func mask(_ pixels: KeyPath<MeasuredPair, String>, spacing: Spacing) -> Mask {
      Mask(
        width: width, height: height, spacing: spacing,
        pixels: self[keyPath: pixels].map { $0 == "1" })
    }
  }

  struct Transform: Decodable {
    var width: Int
    var height: Int
    var spacing: [Double]
    var mask: String
    var squares: [Double]
  }

  struct Test: Decodable {
    var differences: [Double]
    var distribution: String
    var statistic: Double
    var p: Double
  }

  struct Interval: Decodable {
    var values: [Double]
    var low: Double
    var high: Double
  }

  var distances: [MeasuredPair]
  var transform: Transform
  var tests: [Test]
  var intervals: [Interval]

  static func read() throws -> StatisticsGolden {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/scores/statistics.json")
    return try JSONDecoder().decode(StatisticsGolden.self, from: Data(contentsOf: file))
  }
}
