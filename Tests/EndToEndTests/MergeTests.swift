import Foundation
import Testing

/// Results go from run to run by their content, and can be computed once more.
@Suite(.serialized) struct MergeTests {
  private func configuration(_ small: SmallExperiment, methods: String) throws {
    let yaml = try String(contentsOf: small.configuration, encoding: .utf8)
    let lines = yaml.split(separator: "\n").map {
      $0.hasPrefix("methods:") ? "methods: \(methods)" : String($0)
    }
    try lines.joined(separator: "\n").write(
      to: small.configuration, atomically: true, encoding: .utf8)
  }

  @Test func twoRunsOfAnExperimentBecomeOneAndAJobIsReplayed() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let (one, other) = (small.state("one"), small.state("other"))
    func run(_ state: URL) throws -> (status: Int32, output: String) {
      try outcome(Programs.dipper, ["run", small.configuration.path, "--out", state.path])
    }
    #expect(try run(one).status == 0)
    try configuration(small, methods: "[TV, M2]")
    #expect(try run(other).status == 0)

    let merged = try outcome(Programs.dipper, ["merge", one.path, other.path])
    #expect(merged.status == 0, "\(merged.output)")
    #expect(
      merged.output.contains("2 results imported, 2 were here already and are equal, 0 refused"),
      "\(merged.output)")
    let whole = try run(one)
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
