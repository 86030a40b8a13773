import Coordinator
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Testing
import TestSupport

/// The control socket of a running coordinator.
struct ControlTests {
  /// Returns a plan of `count` jobs of one case each, which nobody computes.
  private func plan(_ count: Int) -> Plan {
    Plan(
      name: "x",
      jobs: (0..<count).map { number in
        let job = Job.example(.solve, number: number)
        return PlannedJob(
          job: job, dataset: "a-data-set-of-many-images", cases: ["image-\(number)"], cost: 1)
      })
  }

  @Test("an answer of many lines arrives completely", .timeLimit(.minutes(1)))
  func longAnswer() async throws {
    let count = 24_000
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-control-\(UUID().uuidString)", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: folder) }
    let directory = try RunDirectory(at: folder)
    let plan = plan(count)
    let runtime = try CoordinatorRuntime(listening: Endpoint(parsing: "tcp://127.0.0.1:*"))
    async let conclusion = onOwnThread(stoppedBy: runtime.interrupt) {
      try runtime.run(
        plan, in: directory, journal: MemoryJournal(), history: RunHistory(folding: []),
        settings: CoordinatorSettings(),
        display: SilentDisplay(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        now: uptime, date: { Date(timeIntervalSince1970: 0) })
    }
    let reply = try await onOwnThread(stoppedBy: runtime.interrupt) {
      while true {
        if let reply = try ControlClient.send(.request(.cancelAll), to: folder) { return reply }
        usleep(10_000)
      }
    }
    let answer = try #require(reply.answer)
    #expect(answer.lines.count == count && !answer.isDeclined)
    #expect(answer.lines.reduce(0) { $0 + $1.utf8.count } > 1 << 20)
    #expect(try await conclusion.outcome == .finished(discarded: count))
  }
}
