import Foundation
import Testing

/// The short forms of `Scripts/faults`: real processes, killed at random moments.
@Suite(.serialized) struct FaultScriptTests {
  private func faults(_ arguments: String...) throws -> (status: Int32, output: String) {
    let scripts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Scripts")
    return try outcome(
      scripts.appending(path: "faults"), arguments + ["--programs", Programs.folder.path])
  }

  @Test func aKilledCoordinatorLosesNothingAndNothingIsComputedTwice() throws {
    let result = try faults("coordinator", "--kills", "3", "--cuts", "2")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("none lost, none computed twice"), "\(result.output)")
  }

  /// Skipped, in words, where this process may not make network namespaces.
  @Test func cutNetworksGiveOneResultForEachJob() throws {
    let result = try faults("network", "--cuts", "3")
    #expect(result.status == 0, "\(result.output)")
    let isSkipped = result.output.contains("skipped: it needs root")
    if isSkipped { print(result.output) }
    #expect(
      isSkipped || result.output.contains("one result for each job, the same scores"),
      "\(result.output)")
  }

  @Test func killedAndFrozenWorkersChangeNoDigestAndLoseLittle() throws {
    let result = try faults(
      "worker", "--kills", "2", "--epochs", "40", "--freezes", "2", "--load", "0", "--slack", "20")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("the same digests each time"), "\(result.output)")
    #expect(result.output.contains("1 outlasted the lease"), "\(result.output)")
  }
}
