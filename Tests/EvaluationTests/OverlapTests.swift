import Errors
import Evaluation
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing

struct OverlapTests {
  @Test("the counts of two small masks are those counted by hand") func handCounted() throws {
    let found = mask("##.", "#..")
    let groundTruth = mask("#..", "##.")
    let overlap = try Overlap(of: found, against: groundTruth)
    #expect(overlap.truePositives == 2)
    #expect(overlap.falsePositives == 1)
    #expect(overlap.falseNegatives == 1)
    #expect(overlap.trueNegatives == 2)
    #expect(overlap.dice == 4.0 / 6.0)
    #expect(overlap.jaccard == 2.0 / 4.0)
  }

  @Test("equal masks score 1 and disjoint masks 0") func extremes() throws {
    let equal = try Overlap(of: mask("#.#"), against: mask("#.#"))
    #expect(equal.dice == 1 && equal.jaccard == 1)
    let disjoint = try Overlap(of: mask("#.."), against: mask(".##"))
    #expect(disjoint.dice == 0 && disjoint.jaccard == 0)
  }

  @Test("two empty masks score 1, and one empty mask scores 0") func emptyMasks() throws {
    let both = try Overlap(of: mask("..."), against: mask("..."))
    #expect(both.dice == 1 && both.jaccard == 1)
    let one = try Overlap(of: mask("..."), against: mask(".#."))
    #expect(one.dice == 0 && one.jaccard == 0)
  }

  @Test("masks of different sizes are refused with both sizes") func otherSizes() throws {
    let error = expectError(in: .evaluation) {
      try Overlap(of: mask("##"), against: mask("#", "#"))
    }
    #expect(error?.code == .masksMismatched)
    #expect(error?.message.contains("2 x 1") == true)
    #expect(error?.message.contains("1 x 2") == true)
  }

  @Test("Dice and Jaccard agree with scikit-learn") func matchesScikitLearn() throws {
    let golden = try OverlapGolden.read()
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

  @Test("the Jaccard index follows from Dice, and both are symmetric") func jaccardFromDice() throws
  {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let width = Int.random(in: 1...12, using: &generator)
      let height = Int.random(in: 1...12, using: &generator)
      let found = generator.mask(width: width, height: height)
      let groundTruth = generator.mask(width: width, height: height)
      let overlap = try Overlap(of: found, against: groundTruth)
      #expect(abs(overlap.jaccard - overlap.dice / (2 - overlap.dice)) < 1e-12)
      let counted =
        overlap.truePositives + overlap.falsePositives + overlap.falseNegatives
        + overlap.trueNegatives
      #expect(counted == width * height)
      let swapped = try Overlap(of: groundTruth, against: found)
      #expect(swapped.dice == overlap.dice && swapped.jaccard == overlap.jaccard)
    }
  }

  @Test("means and standard deviations agree with NumPy") func moments() throws {
    let moments = try #require(Moments(of: [2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(moments.count == 8 && moments.mean == 5 && moments.populationDeviation == 2)
    #expect(moments.sampleDeviation == (32.0 / 7.0).squareRoot())
    for sample in try OverlapGolden.read().samples {
      let moments = try #require(Moments(of: sample.values))
      #expect(abs(moments.mean - sample.mean) <= 1e-15)
      #expect(abs(moments.populationDeviation - sample.population) <= 1e-15)
      #expect(abs(try #require(moments.sampleDeviation) - sample.sample) <= 1e-15)
    }
  }

  @Test("one value has no sample deviation, and no values have no moments") func fewValues() {
    #expect(Moments(of: [0.25])?.populationDeviation == 0)
    #expect(Moments(of: [0.25])?.sampleDeviation == nil)
    #expect(Moments(of: []) == nil)
  }
}

/// The numbers that `Scripts/golden.d/scores.py` computed with scikit-learn and NumPy.
private struct OverlapGolden: Decodable {
  struct ScoredPair: Decodable {
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

    func mask(_ pixels: KeyPath<ScoredPair, String>) -> Mask {
      Mask(width: width, height: height, pixels: self[keyPath: pixels].map { $0 == "1" })
    }
  }

  struct Sample: Decodable {
    var values: [Double]
    var mean: Double
    var population: Double
    var sample: Double
  }

  var pairs: [ScoredPair]
  var samples: [Sample]

  static func read() throws -> OverlapGolden {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/scores/scores.json")
    return try JSONDecoder().decode(OverlapGolden.self, from: Data(contentsOf: file))
  }
}
