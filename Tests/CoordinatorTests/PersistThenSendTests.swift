import Blobs
import Coordinator
import Errors
import Foundation
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

/// The coordinator on real sockets: nothing is sent before it is recorded.
struct PersistThenSendTests {
  /// A journal that refuses some events, as a full disk would.
  private final class FullJournal: EventJournal {
    private let beneath = MemoryJournal()
    private let refuses: @Sendable (JournalEvent) -> Bool

    init(refusing refuses: @escaping @Sendable (JournalEvent) -> Bool) { self.refuses = refuses }

    func append(_ events: [JournalEvent], at time: Date) throws {
      guard !events.contains(where: refuses) else {
        throw DipperError(.journalDiskFull, "no space left on the disk")
      }
      beneath.append(events, at: time)
    }

    func replay(from sequence: Int64, knowing plan: [PlannedJob]) throws -> [JournalEntry] {
      beneath.replay(from: sequence, knowing: plan)
    }
  }

  /// Returns the messages to a worker that joins and answers every lease at once with `answer`.
  private func heard(
    _ run: RecordedRun, journal: any EventJournal,
    answer: @escaping @Sendable (Lease) -> WorkerMessage
  ) async throws -> (messages: [CoordinatorMessage], error: (any Error)?) {
    let runtime = try CoordinatorRuntime(listening: Endpoint(parsing: "tcp://127.0.0.1:*"))
    let plan = run.experiment.plan
    let directory = run.directory
    let worker = try Messenger.connecting(to: runtime.endpoint, as: "worker")
    func say(_ message: WorkerMessage) {
      worker.send(Envelope(channel: .control, payload: Wire.encode(message)))
    }
    let listening = Task { () -> [CoordinatorMessage] in
      var messages: [CoordinatorMessage] = []
      for await case .message(let envelope) in worker.inbound {
        for message in try Wire.decodeCoordinatorMessages(envelope.payload) {
          messages.append(message)
          if case .lease(let lease) = message {
            worker.send(Envelope(channel: .control, payload: Wire.encode(answer(lease))))
          }
          if message == .dismiss {
            worker.send(Envelope(channel: .control, payload: Wire.encode(WorkerMessage.leave)))
          }
        }
      }
      return messages
    }
    say(.join(WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:]), holding: []))
    var failure: (any Error)?
    do {
      _ = try await onOwnThread(stoppedBy: runtime.interrupt) {
        try runtime.run(
          plan, in: directory, journal: journal, history: RunHistory(folding: []),
          settings: CoordinatorSettings(),
          display: SilentDisplay(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
          now: uptime, date: { Date(timeIntervalSince1970: 0) })
      }
    } catch { failure = error }
    worker.close()
    return (try await listening.value, failure)
  }

  @Test("a result that cannot be recorded is not acknowledged", .timeLimit(.minutes(1)))
  func recordsBeforeAcknowledging() async throws {
    let run = try RecordedRun()
    defer { run.remove() }
    let weights = try run.directory.blobs.put(Data("weights".utf8))
    let journal = FullJournal { if case .completed = $0 { true } else { false } }
    let (messages, error) = try await heard(run, journal: journal) { lease in
      .finished(
        lease.attempt,
        JobResult(
          outputs: [JobOutput(role: .weights, blob: weights, seconds: 1)], metrics: [:],
          seconds: 1, peakMemory: 1))
    }
    #expect("\(error as Any)".contains("no space left"))
    #expect(messages.contains { if case .lease = $0 { true } else { false } })
    #expect(!messages.contains { if case .acknowledged = $0 { true } else { false } })
  }

  @Test("a lease that cannot be recorded is not handed out", .timeLimit(.minutes(1)))
  func recordsBeforeLeasing() async throws {
    let run = try RecordedRun()
    defer { run.remove() }
    let journal = FullJournal { if case .leased = $0 { true } else { false } }
    let (messages, error) = try await heard(run, journal: journal) { .released($0.attempt) }
    #expect("\(error as Any)".contains("no space left"))
    #expect(!messages.contains { if case .lease = $0 { true } else { false } })
  }

  @Test("jobs that only fail are discarded, and the run ends", .timeLimit(.minutes(1)))
  func discardsFailingJobs() async throws {
    let run = try RecordedRun()
    defer { run.remove() }
    let journal = MemoryJournal()
    let (messages, error) = try await heard(run, journal: journal) { lease in
      .failed(lease.attempt, JobFailure(message: "the image is torn", isTransient: false))
    }
    #expect(error == nil)
    #expect(messages.last == .dismiss)
    let history = RunHistory(folding: journal.replay(from: 1).map(\.event))
    #expect(history.jobs.allSatisfy { $0.reason != nil })
    let prediction = try #require(run.job("set M3 predict"))
    #expect(history.status(of: prediction.id)?.lastAttempt == 0)
  }
}
