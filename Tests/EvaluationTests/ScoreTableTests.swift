import Errors
import Evaluation
import Expectations
import Foundation
import Jobs
import Methods
import Reporting
import RunFixtures
import TestSupport
import Testing

struct ScoreTableTests {
  @Test("scores are ordered by data set, method and case") func order() throws {
    let table = try sampleTable()
    #expect(
      table.scores.map { "\($0.dataset) \($0.method.rawValue) \($0.caseID)" } == [
        "lung M1 0018", "lung M1 0021", "lung M3 0018", "lung M3 0021", "lung TV 0018",
        "a_b M1 x",
      ])
  }

  @Test("the order in which scores arrive changes nothing") func arrivalOrder() throws {
    var generator = SeededGenerator(seed: 3)
    let scores = (0..<40).map { index in
      score(
        "lung", MethodCatalogue.defaults[index % 7], "\(index)",
        Double.random(in: 0...1, using: &generator))
    }
    let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
    for _ in 0..<20 {
      let other = try ScoreTable(
        datasets: ["lung"], scores: scores.shuffled(using: &generator), missingScores: [])
      #expect(other == table)
      for format in TableFormat.allCases {
        #expect(other.rendered(as: format) == table.rendered(as: format))
      }
    }
  }

  @Test("summaries average over the cases and list missing scores") func summaries() throws {
    let summaries = try sampleTable().summaries(of: "lung")
    #expect(summaries.map(\.method) == [.m1, .m3, .totalVariation, .elastica])
    let m1 = try #require(summaries.first)
    #expect(m1.count == 2 && m1.missingScores.isEmpty)
    #expect(m1[.dice]?.seeds.map(\.cases) == [Moments(of: [0.75, 0.25])!])
    #expect(m1[.hausdorff95]?.seeds.map(\.cases) == [Moments(of: [2.5, 7.5])!])
    #expect(summaries[2].count == 1 && summaries[2].missingScores.map(\.caseID) == ["0021"])
    #expect(summaries[3].count == 0 && summaries[3][.dice] == nil && summaries[3][.jaccard] == nil)
  }

  @Test("times, attempts and workers do not change the rendered table") func provenance() throws {
    let table = try sampleTable()
    let others = table.scores.map { score in
      var other = score
      other.seconds = score.seconds + 9
      other.attempt = 5
      other.worker = "elsewhere"
      return other
    }
    let again = try ScoreTable(
      datasets: table.datasets, scores: others, missingScores: table.missingScores)
    for format in TableFormat.allCases {
      #expect(again.rendered(as: format) == table.rendered(as: format))
    }
    #expect(again.scoresCSV != table.scoresCSV)
  }

  @Test("a case is scored once, and not also missing") func duplicates() {
    let twice = [score("lung", .m1, "1", 0.5), score("lung", .m1, "1", 0.6)]
    expectRefusal(.scoreDuplicated, naming: "lung M1 1") {
      try ScoreTable(datasets: ["lung"], scores: twice, missingScores: [])
    }
    let hole = MissingScore(dataset: "lung", method: .m1, caseID: "1", reason: "lost")
    expectRefusal(.scoreDuplicated, naming: "lung M1 1") {
      try ScoreTable(datasets: ["lung"], scores: [twice[0]], missingScores: [hole])
    }
    expectRefusal(.scoreDuplicated, naming: "lung") {
      try ScoreTable(datasets: ["lung", "lung"], scores: [], missingScores: [])
    }
  }

  @Test("a score out of range is refused", arguments: [-0.1, 1.1, .nan, .infinity])
  func outOfRange(_ value: Double) {
    expectRefusal(.scoreInvalid, naming: "lung M1 1") {
      try ScoreTable(
        datasets: ["lung"], scores: [score("lung", .m1, "1", value)], missingScores: [])
    }
  }

  @Test("a score of an unknown data set is refused") func unknownDataset() {
    expectRefusal(.scoreInvalid, naming: "liver") {
      try ScoreTable(datasets: ["lung"], scores: [score("liver", .m1, "1", 0.5)], missingScores: [])
    }
    let hole = MissingScore(dataset: "liver", method: .m1, caseID: nil, reason: "lost")
    expectRefusal(.scoreInvalid, naming: "liver") {
      try ScoreTable(datasets: ["lung"], scores: [], missingScores: [hole])
    }
  }

  private func expectRefusal(
    _ code: DipperError.Code, naming part: String, from body: () throws -> ScoreTable
  ) {
    let error = expectError(in: .evaluation) { try body() }
    #expect(error?.code == code)
    #expect(error?.message.contains(part) == true)
  }
}

@Test("settings are ordered by their numbers") func settingsOrder() throws {
  let settings = [
    "theta=12 epochs=5", "theta=3 epochs=100", "theta=3 epochs=20", "theta=0.5 epochs=1",
  ]
  let scores = settings.map { setting in
    var score = score("lung", .m1, "a", 0.5)
    score.setting = setting
    return score
  }
  let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
  #expect(
    table.summaries.map(\.setting) == [
      "theta=0.5 epochs=1", "theta=3 epochs=20", "theta=3 epochs=100", "theta=12 epochs=5",
    ])
}
