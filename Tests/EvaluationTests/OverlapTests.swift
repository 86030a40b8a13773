import Errors
import Evaluation
import Expectations
import Foundation
import Imaging
import Testing
import TestSupport

struct OverlapTests {
  @Test func countsByHand() throws {
    let found = mask("##.", "#..")
    let truth = mask("#..", "##.")
    let overlap = try Overlap(of: found, against: truth)
    #expect(overlap.truePositives == 2)
    #expect(overlap.falsePositives == 1)
    #expect(overlap.falseNegatives == 1)
    #expect(overlap.trueNegatives == 2)
    #expect(overlap.dice == 4.0 / 6.0)
    #expect(overlap.jaccard == 2.0 / 4.0)
  }

  @Test func equalMasksScoreOneAndDisjointMasksZero() throws {
    let equal = try Overlap(of: mask("#.#"), against: mask("#.#"))
    #expect(equal.dice == 1 && equal.jaccard == 1)
    let disjoint = try Overlap(of: mask("#.."), against: mask(".##"))
    #expect(disjoint.dice == 0 && disjoint.jaccard == 0)
  }

  @Test func twoEmptyMasksAgreeAndOneEmptyMaskMissesAll() throws {
    let both = try Overlap(of: mask("..."), against: mask("..."))
    #expect(both.dice == 1 && both.jaccard == 1)
    let one = try Overlap(of: mask("..."), against: mask(".#."))
    #expect(one.dice == 0 && one.jaccard == 0)
  }

  @Test func masksOfOtherSizesAreRefusedByBothSizes() throws {
    let error = expectError(in: .evaluation) {
      try Overlap(of: mask("##"), against: mask("#", "#"))
    }
    #expect(error?.code == .masksMismatched)
    #expect(error?.message.contains("2 x 1") == true)
    #expect(error?.message.contains("1 x 2") == true)
  }

  @Test func agreesWithScikitLearn() throws {
    let golden = try Golden.read()
    #expect(golden.pairs.count == 16)
    for pair in golden.pairs {
      let overlap = try Overlap(
        of: pair.mask(\.segmentation), against: pair.mask(\.truth))
      #expect(overlap.truePositives == pair.tp && overlap.trueNegatives == pair.tn)
      #expect(overlap.falsePositives == pair.fp && overlap.falseNegatives == pair.fn)
      #expect(abs(overlap.dice - pair.dice) <= 1e-15)
      #expect(abs(overlap.jaccard - pair.jaccard) <= 1e-15)
    }
  }

  @Test func jaccardFollowsFromDice() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let (width, height) = (
        Int.random(in: 1...12, using: &generator), Int.random(in: 1...12, using: &generator)
      )
      let found = generator.mask(width: width, height: height)
      let truth = generator.mask(width: width, height: height)
      let overlap = try Overlap(of: found, against: truth)
      #expect(abs(overlap.jaccard - overlap.dice / (2 - overlap.dice)) < 1e-12)
      let counted =
        overlap.truePositives + overlap.falsePositives + overlap.falseNegatives
        + overlap.trueNegatives
      #expect(counted == width * height)
      let swapped = try Overlap(of: truth, against: found)
      #expect(swapped.dice == overlap.dice && swapped.jaccard == overlap.jaccard)
    }
  }

  @Test func momentsByHandAndByNumPy() throws {
    let moments = try #require(Moments(of: [2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(moments.count == 8 && moments.mean == 5 && moments.populationDeviation == 2)
    #expect(moments.sampleDeviation == (32.0 / 7.0).squareRoot())
    for sample in try Golden.read().samples {
      let moments = try #require(Moments(of: sample.values))
      #expect(abs(moments.mean - sample.mean) <= 1e-15)
      #expect(abs(moments.populationDeviation - sample.population) <= 1e-15)
      #expect(abs(try #require(moments.sampleDeviation) - sample.sample) <= 1e-15)
    }
  }

  @Test func oneValueHasNoSampleDeviationAndNoneHasNoMoments() {
    #expect(Moments(of: [0.25])?.populationDeviation == 0)
    #expect(Moments(of: [0.25])?.sampleDeviation == nil)
    #expect(Moments(of: []) == nil)
  }
}

/// Numbers by `Scripts/golden.d/scores.py`.
private struct Golden: Decodable {
  struct Pair: Decodable {
    var width: Int
    var height: Int
    var segmentation: String
    var truth: String
    var tp: Int
    var fp: Int
    var fn: Int
    var tn: Int
    var dice: Double
    var jaccard: Double

    func mask(_ pixels: KeyPath<Pair, String>) -> Mask {
      Mask(width: width, height: height, pixels: self[keyPath: pixels].map { $0 == "1" })
    }
  }

  struct Sample: Decodable {
    var values: [Double]
    var mean: Double
    var population: Double
    var sample: Double
  }

  var pairs: [Pair]
  var samples: [Sample]

  static func read() throws -> Golden {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/scores/scores.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}
