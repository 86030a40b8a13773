import Foundation
import Jobs
import Journal
import Scheduling

/// The life of a job, from the journal, for a person.
public struct JobStory {
  /// One line for each thing that happened, then where it stands.
  public let lines: [String]

  /// The story of one job of the journal.
  public init(of id: JobID, in journal: [JournalEntry]) {
    let ledger = JobLedger(folding: journal.map(\.event))
    var telling = Telling(id: id)
    for entry in journal where entry.event.job == id { telling.take(entry) }
    telling.tellCheckpoints()
    guard let status = ledger.status(of: id) else {
      lines = ["job \(id.short) is not in the journal"]
      return
    }
    lines = ["\(status.planned.label)  \(id)"] + telling.lines + [status.present(in: ledger)]
  }
}

/// Tells entry after entry; the checkpoints between two other events share a line.
private struct Telling {
  let id: JobID
  var lines: [String] = []
  /// From where the next attempt would continue, and from where the open one did.
  private var step: Int?
  private var startedFrom: Int?
  /// The result that counts.
  private var done: JobResult?
  private var checkpoints: [(time: Date, step: Int, attempt: Int)] = []

  init(id: JobID) { self.id = id }

  mutating func take(_ entry: JournalEntry) {
    if case .checkpointed(let attempt, let checkpoint) = entry.event {
      return checkpoints.append((entry.time, checkpoint.step, attempt.number))
    }
    tellCheckpoints()
    lines.append("\(stamp(entry.time))  \(words(for: entry.event))")
  }

  mutating func tellCheckpoints() {
    guard let first = checkpoints.first, let last = checkpoints.last else { return }
    let steps =
      checkpoints.count == 1
      ? "a checkpoint after step \(first.step)"
      : "\(checkpoints.count) checkpoints, after steps \(first.step) to \(last.step)"
    lines.append("\(stamp(last.time))  attempt \(first.attempt) left \(steps)")
    step = last.step
    checkpoints = []
  }

  private mutating func words(for event: JournalEvent) -> String {
    switch event {
    case .submitted(let planned):
      let cases = planned.cases.count == 1 ? "1 case" : "\(planned.cases.count) cases"
      let wait = planned.dependencies.first.map { ", after \($0.short)" } ?? ""
      return "planned: \(cases), about \(seconds(planned.cost)) on one core\(wait)"
    case .leased(let attempt, let worker):
      startedFrom = step
      let origin = step.map { ", from step \($0)" } ?? ""
      return "attempt \(attempt.number) leased to \(worker)\(origin)"
    case .checkpointed: return ""
    case .completed(let attempt, let worker, let result):
      (step, done) = (nil, result)
      return "attempt \(attempt.number) completed by \(worker) in \(seconds(result.seconds)): "
        + (result.outputs.map(\.brief) + result.energies).joined(separator: ", ")
    case .failed(let attempt, let worker, let failure):
      // The next begins anew where this one left no checkpoint of its own.
      if step == startedFrom { step = nil }
      let log = (failure.log ?? []).map { "\n    its log: \($0)" }.joined()
      return "attempt \(attempt.number) failed on \(worker): \(failure.message)" + log
    case .lost(let attempt, let worker, let reason):
      return "attempt \(attempt.number) lost with its worker \(worker): \(reason)"
    case .released(let attempt, let worker):
      return "attempt \(attempt.number) given back undone by \(worker)"
    case .discarded(_, let reason):
      step = nil
      return "discarded: \(reason)"
    case .cancelled: return "cancelled by the user"
    case .requeued(_, let reason): return "back to the queue: \(reason)"
    case .imported(let attempt, let worker, let result, let origin):
      done = result
      return "imported from \(origin) as attempt \(attempt.number), computed by \(worker): "
        + result.outputs.map(\.brief).joined(separator: ", ")
    case .auditLeased(let attempt, let worker):
      return "attempt \(attempt.number) leased to \(worker), to compare what comes of it"
    case .audited(let attempt, let worker, let result, let agrees):
      return "attempt \(attempt.number) by \(worker) left "
        + (agrees ? "the same" : "something else: ")
        + (agrees ? "" : result.outputs.map(\.brief).joined(separator: ", "))
        + remarks(on: result)
    }
  }

  private func remarks(on result: JobResult) -> String {
    let remarks = done.map { ResultComparison($0, result).remarks } ?? []
    return remarks.map { "\n    \($0)" }.joined()
  }

  private func stamp(_ time: Date) -> String {
    time.formatted(.iso8601.dateTimeSeparator(.space))
  }
}

extension JobOutput {
  fileprivate var brief: String { "\(role.name) \(blob.digest.short)" }
}

extension JobResult {
  /// What its method made small, in words.
  fileprivate var energies: [String] {
    [("energy", "energy"), ("gap", "relative gap")].compactMap { name, words in
      metrics[name].map { "\(words) " + String(format: "%.6g", $0) }
    }
  }
}

extension JobStatus {
  /// Where the job stands now, and why.
  fileprivate func present(in ledger: JobLedger) -> String {
    if state == .done {
      return isContested ? "now: done, and contested; `dipper replay` tells" : "now: done"
    }
    if let reason, state == .discarded {
      return "now: discarded (\(reason)); `dipper retry` puts it back to the queue"
    }
    if let worker = holder {
      return "now: attempt \(lastAttempt) is with \(worker)" + (isCancelled ? ", to stop" : "")
    }
    let open = planned.dependencies.compactMap { ledger.status(of: $0) }
      .first { $0.state != .done }
    if let open { return "now: waits for \(open.planned.label) (\(open.planned.id.short))" }
    return "now: waits for a worker"
  }
}
