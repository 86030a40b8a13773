import Foundation
import Hostility
import Testing

/// The short form of `Scripts/faults hostile`; times are for the long one.
@Test(.timeLimit(.minutes(1))) func aBesiegedCoordinatorHearsNoStrangerAndCutsLiarsOff()
  async throws
{
  var siege = Siege()
  (siege.connections, siege.framesPerConnection, siege.halfOpen) = (200, 50, 50)
  (siege.liars, siege.calm) = (2, 0.2)
  let folder = try Programs.scratch()
  defer { try? FileManager.default.removeItem(at: folder) }
  let report = try await siege.run(Programs.dipper, in: folder)
  #expect(report.status == 130)
  #expect(report.connections == 200 && report.closed == 50)
  #expect(report.heardFromStrangers == 0)
  #expect(report.cutOff == 2 && !report.goodCutOff)
  #expect(report.growth < 10_000_000)
  // What waits as it came, at most; all of it decoded would be 200 MB and more.
  #expect(report.floodGrowth < 100_000_000)
  #expect(!report.during.isEmpty)
}
