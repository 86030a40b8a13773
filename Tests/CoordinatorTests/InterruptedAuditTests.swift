import Coordinator
import Foundation
import Imaging
import Jobs
import Journal
import Logging
import Messaging
import RunFixtures
import Runs
import Scheduling
import Testing
import TestSupport
import Wire

/// A run whose jobs are done and whose audits are not is no finished one when the user stops it.
struct InterruptedAuditTests {
  private func doneBefore() throws -> RecordedRun {
    var run = try RecordedRun(methods: "[TV]")
    for id in ["c3", "c4"] {
      let mask = try Mask(contentsOf: run.data.file("\(id).png"))
      try run.complete(try #require(run.job("set TV solve \(id)")), masks: [mask])
    }
    return run
  }

  /// Takes an audit, and gives it back when it is told to leave.
  private func hold(_ worker: Messenger, whenLeased interrupt: () -> Void) async throws {
    func say(_ message: WorkerMessage) {
      worker.send(Envelope(channel: .control, payload: Wire.encode(message)))
    }
    say(.join(WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:]), holding: []))
    var held: Attempt?
    for await case .message(let envelope) in worker.inbound {
      for message in try Wire.decodeCoordinatorMessages(envelope.payload) {
        switch message {
        case .lease(let lease):
          held = lease.attempt
          interrupt()
        case .dismiss:
          if let held { say(.released(held)) }
          return say(.leave)
        default: continue
        }
      }
    }
  }

  @Test("a run whose audits are open ends as interrupted", .timeLimit(.minutes(1)))
  func endsAsInterrupted() async throws {
    let run = try doneBefore()
    defer { run.remove() }
    let runtime = try CoordinatorRuntime(listening: Endpoint(parsing: "tcp://127.0.0.1:*"))
    let plan = run.experiment.plan
    let directory = run.directory
    let history = run.history
    let journal = MemoryJournal()
    async let conclusion = onOwnThread(stoppedBy: runtime.interrupt) {
      var settings = CoordinatorSettings()
      settings.auditShare = 1
      return try runtime.run(
        plan, in: directory, journal: journal, history: history,
        settings: settings,
        display: SilentDisplay(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        now: uptime, date: { Date(timeIntervalSince1970: 0) })
    }
    let worker = try Messenger.connecting(to: runtime.endpoint, as: "auditor")
    try await hold(worker, whenLeased: runtime.interrupt)
    let ended = try await conclusion
    #expect(ended.outcome == .interrupted)
    // The coordinator has folded exactly the events that it recorded, on top of those it was given.
    let recorded = journal.replay(from: 1).count
    #expect(ended.history.ledger.eventCount == history.ledger.eventCount + recorded)
    worker.close()
  }
}
