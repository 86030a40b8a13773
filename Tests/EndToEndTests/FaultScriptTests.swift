import Foundation
import TestTraits
import Testing

/// The short forms of `Scripts/faults`, which kill real processes at random moments.
@Suite(.serialized, .temporaryFolder) struct FaultScriptTests {
  private func faults(_ arguments: String...) throws -> ProgramOutcome {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Program(checkout.appending(path: "Scripts/faults")).run(
      arguments + ["--programs", Program.folder.path])
  }

  @Test("a killed coordinator loses nothing, and nothing is computed twice")
  func killedCoordinator() throws {
    let result = try faults("coordinator", "--kills", "3", "--cuts", "2")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("none lost, none computed twice"), "\(result.output)")
  }

  // The script prints why it is skipped if this process may not make network namespaces.
  @Test("with an interrupted network every job has one result")
  func cutNetwork() throws {
    let result = try faults("network", "--cuts", "3")
    #expect(result.status == 0, "\(result.output)")
    let isSkipped = result.output.contains("skipped: it needs root")
    if isSkipped { print(result.output) }
    #expect(
      isSkipped || result.output.contains("one result for each job, the same scores"),
      "\(result.output)")
  }

  @Test("killed and frozen workers change no digest and lose little time")
  func killedWorkers() throws {
    let result = try faults(
      "worker", "--kills", "2", "--epochs", "40", "--freezes", "2", "--load", "0", "--slack", "20")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("the same digests each time"), "\(result.output)")
    #expect(result.output.contains("1 outlasted the lease"), "\(result.output)")
  }
}
