import AttackScenarios
import Foundation
import TestTraits
import Testing

/// The short form of `Scripts/faults hostile`; round-trip times are judged only by the long one.
///
/// The attackers run on idle cores only, so on a busy machine the attack takes more than a minute.
@Suite(.temporaryFolder) struct AttackTests {
  @Test(
    "an attacked coordinator handles no unauthenticated message and cuts malicious workers off",
    .timeLimit(.minutes(5)))
  func withstandsAttack() async throws {
    var scenario = AttackScenario()
    scenario.connections = 200
    scenario.framesPerConnection = 50
    scenario.halfOpen = 50
    scenario.maliciousWorkers = 2
    scenario.baseline = .milliseconds(200)
    let report = try await scenario.run(Program.dipper.url, in: TemporaryFolder.url)
    #expect(report.status == 130)
    #expect(report.connections == 200 && report.closed == 50)
    #expect(report.unauthenticatedMessages == 0)
    #expect(report.cutOff == 2 && !report.honestCutOff)
    #expect(report.memoryGrowth < 10_000_000)
    // The coordinator keeps waiting messages encoded; all of them decoded would be 200 MB and more.
    #expect(report.floodGrowth < 100_000_000)
    #expect(!report.during.isEmpty)
  }
}
