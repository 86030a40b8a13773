import Foundation
import Testing

/// Results go from run to run by their content, and can be computed once more.
@Suite(.serialized) struct MergeTests {
  /// Rewrites the line of the configuration that begins with `key`.
  private func set(_ key: String, _ value: String, in small: SmallExperiment) throws {
    let yaml = try String(contentsOf: small.configuration, encoding: .utf8)
    let lines = yaml.split(separator: "\n").map {
      $0.hasPrefix("\(key):") ? "\(key): \(value)" : String($0)
    }
    try lines.joined(separator: "\n").write(
      to: small.configuration, atomically: true, encoding: .utf8)
  }

  private func run(
    _ small: SmallExperiment, _ state: URL, reusing others: [URL] = []
  ) throws -> (status: Int32, output: String) {
    try outcome(
      Programs.dipper,
      ["run", small.configuration.path, "--out", state.path]
        + others.flatMap { ["--reuse", $0.path] })
  }

  @Test func anotherExperimentReusesWhatIsTheSameAndTakesNothingElse() throws {
    let small = try SmallExperiment(methods: "[TV, M2]")
    let (one, other) = (small.state("one"), small.state("other"))
    #expect(try run(small, one).status == 0)
    try set("name", "another", in: small)
    try set("methods", "[TV, M1]", in: small)
    let reused = try run(small, other, reusing: [one])
    #expect(reused.status == 0, "\(reused.output)")
    #expect(reused.output.contains("2 results were taken from other runs"), "\(reused.output)")
    #expect(reused.output.contains("2 of 4 jobs were already done"), "\(reused.output)")
    let (first, second) = try (SmallExperiment.scores(in: one), SmallExperiment.scores(in: other))
    let solved = first.filter { $0.contains(",TV,") }
    #expect(solved.count == 2 && second.filter { $0.contains(",TV,") } == solved)
    #expect(second.count == 1 + 4 && !second.contains { $0.contains(",M2,") })
    #expect(try outcome(Programs.dipper, ["verify", other.path]).status == 0)

    let none = try outcome(
      Programs.dipper,
      ["run", small.configuration.path, "--out", other.path, "--reuse", "nowhere"])
    #expect(none.status == 2 && none.output.contains("nowhere is not the folder of a run"))
  }

  @Test func twoRunsOfAnExperimentBecomeOneAndAJobIsReplayed() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let (one, other) = (small.state("one"), small.state("other"))
    #expect(try run(small, one).status == 0)
    try set("methods", "[TV, M2]", in: small)
    #expect(try run(small, other).status == 0)

    let merged = try outcome(Programs.dipper, ["merge", one.path, other.path])
    #expect(merged.status == 0, "\(merged.output)")
    #expect(
      merged.output.contains("2 results imported, 2 were here already and are equal, 0 refused"),
      "\(merged.output)")
    let whole = try run(small, one)
    #expect(whole.status == 0 && whole.output.contains("all 4 jobs were already done"))
    #expect(try SmallExperiment.scores(in: one) == SmallExperiment.scores(in: other))
    let story = try outcome(Programs.dipper, ["explain", "chest M2 train", one.path]).output
    #expect(story.contains("imported from \(other.path)"), "\(story)")

    for job in ["chest TV solve chest-04", "chest M2 predict"] {
      let replayed = try outcome(Programs.dipper, ["replay", job, one.path])
      #expect(replayed.status == 0, "\(replayed.output)")
      for fragment in ["is equal", "recorded by", "libtorch", "replayed here: "] {
        #expect(replayed.output.contains(fragment), "no `\(fragment)` in \(replayed.output)")
      }
    }
    #expect(try outcome(Programs.dipper, ["verify", one.path]).status == 0)
  }
}
