import Foundation
import TestTraits
import Testing

/// Results that are imported from other runs, and results that are computed once more.
@Suite(.serialized, .temporaryFolder) struct MergeTests {
  /// Rewrites the line of the configuration that begins with `key`.
  private func set(_ key: String, to value: String, in small: SmallExperiment) throws {
    let yaml = try String(contentsOf: small.configuration, encoding: .utf8)
    let lines = yaml.split(separator: "\n").map {
      $0.hasPrefix("\(key):") ? "\(key): \(value)" : String($0)
    }
    try lines.joined(separator: "\n").write(
      to: small.configuration, atomically: true, encoding: .utf8)
  }

  private func run(
    _ small: SmallExperiment, in state: URL, reusing others: [URL] = []
  ) throws -> ProgramOutcome {
    try Program.dipper.run(
      ["run", small.configuration.path, "--out", state.path]
        + others.flatMap { ["--reuse", $0.path] })
  }

  @Test("another experiment reuses equal jobs and nothing else")
  func reuse() throws {
    let small = try SmallExperiment(methods: "[TV, M2]")
    let one = small.state("one")
    let other = small.state("other")
    #expect(try run(small, in: one).status == 0)
    try set("name", to: "another", in: small)
    try set("methods", to: "[TV, M1]", in: small)
    let reused = try run(small, in: other, reusing: [one])
    #expect(reused.status == 0, "\(reused.output)")
    #expect(reused.output.contains("2 results imported from other runs"), "\(reused.output)")
    #expect(reused.output.contains("2 of 4 jobs were already done"), "\(reused.output)")
    let first = try SmallExperiment.scores(in: one)
    let second = try SmallExperiment.scores(in: other)
    let solved = first.filter { $0.contains(",TV,") }
    #expect(solved.count == 2 && second.filter { $0.contains(",TV,") } == solved)
    #expect(second.count == 1 + 4 && !second.contains { $0.contains(",M2,") })
    #expect(try Program.dipper.run(["verify", other.path]).status == 0)

    let none = try Program.dipper.run([
      "run", small.configuration.path, "--out", other.path, "--reuse", "nowhere",
    ])
    #expect(none.status == 2 && none.output.contains("nowhere is not the folder of a run"))
  }

  @Test("two runs of an experiment are merged, and a job is replayed with an equal result")
  func mergeAndReplay() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let one = small.state("one")
    let other = small.state("other")
    #expect(try run(small, in: one).status == 0)
    try set("methods", to: "[TV, M2]", in: small)
    #expect(try run(small, in: other).status == 0)

    let merged = try Program.dipper.run(["merge", one.path, other.path])
    #expect(merged.status == 0, "\(merged.output)")
    #expect(
      merged.output.contains("2 results imported, 2 were here already and are equal, 0 refused"),
      "\(merged.output)")
    let whole = try run(small, in: one)
    #expect(whole.status == 0 && whole.output.contains("all 4 jobs were already done"))
    #expect(try SmallExperiment.scores(in: one) == SmallExperiment.scores(in: other))
    let story = try Program.dipper.run(["explain", "chest M2 train", one.path]).output
    #expect(story.contains("imported from \(other.path)"), "\(story)")

    for job in ["chest TV solve chest-04", "chest M2 predict"] {
      let replayed = try Program.dipper.run(["replay", job, one.path])
      #expect(replayed.status == 0, "\(replayed.output)")
      for fragment in ["is equal", "recorded by", "libtorch", "replayed here: "] {
        #expect(replayed.output.contains(fragment), "no `\(fragment)` in \(replayed.output)")
      }
    }
    #expect(try Program.dipper.run(["verify", one.path]).status == 0)
  }
}
