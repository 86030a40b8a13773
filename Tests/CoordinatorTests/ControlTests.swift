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

/// The door into a running coordinator.
struct ControlTests {
  private struct Silent: ProgressDisplay {
    func notify(_ notification: UserNotification, in state: CoordinatorState) {}
    func update(_ state: CoordinatorState, at now: Instant) {}
  }

  /// So many jobs of one case each that nobody does.
  private func plan(_ count: Int) -> Plan {
    Plan(
      name: "x",
      jobs: (0..<count).map { number in
        let job = Job.example(.solve, number: number)
        return PlannedJob(
          job: job, dataset: "a-data-set-of-many-images", cases: ["image-\(number)"], cost: 1)
      })
  }

  @Test(.timeLimit(.minutes(1))) func anAnswerOfManyLinesArrivesWhole() async throws {
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
        display: Silent(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
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
