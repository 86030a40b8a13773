import Foundation
import Jobs
import Journal
import Scheduling

/// The history of a job according to the journal, in lines of text for the user.
public struct JobStory {
  /// The label and name of the job, one line for each event, and a last line with the present state
  /// and its reason.
  public let lines: [String]

  /// Creates the history of one job.
  ///
  /// - Parameters:
  ///   - id: the name of the job.
  ///   - journal: the entries of the journal.
  ///   - history: the fold of the same journal.
  public init(of id: JobID, in journal: [JournalEntry], history: RunHistory) {
    var narration = Narration()
    for entry in journal where entry.event.job == id { narration.add(entry) }
    narration.addCheckpoints()
    guard let status = history.status(of: id) else {
      lines = ["job \(id.short) is not in the journal"]
      return
    }
    lines =
      ["\(status.planned.label)  \(id)"] + narration.lines + [status.presentState(in: history)]
  }
}

/// Turns the entries of a journal into lines. The checkpoints between two other events share a
/// line.
private struct Narration {
  private(set) var lines: [String] = []
  /// The step from which the next attempt would continue.
  private var step: Int?
  /// The step from which the open attempt continued.
  private var startStep: Int?
  /// The result that was accepted.
  private var accepted: JobResult?
  private var checkpoints: [(time: Date, step: Int, attempt: Int)] = []

  mutating func add(_ entry: JournalEntry) {
    if case .checkpointed(let attempt, let checkpoint) = entry.event {
      return checkpoints.append((entry.time, checkpoint.step, attempt.number))
    }
    addCheckpoints()
    lines.append("\(stamp(entry.time))  \(text(for: entry.event))")
  }

  mutating func addCheckpoints() {
    guard let first = checkpoints.first, let last = checkpoints.last else { return }
    let steps =
      checkpoints.count == 1
      ? "a checkpoint after step \(first.step)"
      : "\(checkpoints.count) checkpoints, after steps \(first.step) to \(last.step)"
    lines.append("\(stamp(last.time))  attempt \(first.attempt) left \(steps)")
    step = last.step
    checkpoints = []
  }

  private mutating func text(for event: JournalEvent) -> String {
    switch event {
    case .submitted(let planned):
      let wait = planned.dependencies.first.map { ", after \($0.short)" } ?? ""
      return "planned: \(counted(planned.cases.count, "case")), about "
        + "\(formatted(seconds: planned.cost)) on one core\(wait)"
    case .leased(let attempt, let worker):
      startStep = step
      let origin = step.map { ", from step \($0)" } ?? ""
      return "attempt \(attempt.number) leased to \(worker)\(origin)"
    case .checkpointed: return ""
    case .completed(let attempt, let worker, let result):
      step = nil
      accepted = result
      return "attempt \(attempt.number) completed by \(worker) in "
        + "\(formatted(seconds: result.seconds)): "
        + (result.outputs.map(\.brief) + result.energies).joined(separator: ", ")
    case .failed(let attempt, let worker, let failure):
      // An attempt that fails before its first checkpoint makes the next one start from the
      // beginning.
      if step == startStep { step = nil }
      let log = (failure.log ?? []).map { "\n    its log: \($0)" }.joined()
      return "attempt \(attempt.number) failed on \(worker): \(failure.message)" + log
    case .lost(let attempt, let worker, let reason):
      return "attempt \(attempt.number) lost with its worker \(worker): \(reason)"
    case .released(let attempt, let worker):
      return "attempt \(attempt.number) returned unfinished by \(worker)"
    case .discarded(_, let reason):
      step = nil
      return "discarded: \(reason)"
    case .cancelled: return "cancelled by the user"
    case .requeued(_, let reason): return "put back into the queue: \(reason)"
    case .imported(let attempt, let worker, let result, let origin):
      accepted = result
      return "imported from \(origin) as attempt \(attempt.number), computed by \(worker): "
        + result.outputs.map(\.brief).joined(separator: ", ")
    case .auditLeased(let attempt, let worker):
      return "attempt \(attempt.number) leased to \(worker) as an audit"
    case .audited(let attempt, let worker, let result, let agrees):
      return "attempt \(attempt.number) by \(worker) "
        + (agrees ? "left the same result" : "left another result: ")
        + (agrees ? "" : result.outputs.map(\.brief).joined(separator: ", "))
        + remarks(on: result)
    }
  }

  private func remarks(on result: JobResult) -> String {
    let remarks = accepted.map { ResultComparison($0, result).remarks } ?? []
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
  /// The final energy and relative gap of a solver, as text, where the result has them.
  fileprivate var energies: [String] {
    [("energy", "energy"), ("gap", "relative gap")].compactMap { name, text in
      metrics[name].map { "\(text) " + String(format: "%.6g", $0) }
    }
  }
}

extension JobStatus {
  /// Returns a line with the present state of the job and its reason.
  fileprivate func presentState(in history: RunHistory) -> String {
    if state == .done {
      return isContested
        ? "now: done, and contested; `dipper replay` tells which result is right" : "now: done"
    }
    if let reason, state == .discarded {
      return "now: discarded (\(reason)); `dipper retry` puts it back into the queue"
    }
    if let worker = holder {
      return "now: attempt \(lastAttempt) runs on \(worker)" + (isCancelled ? ", to stop" : "")
    }
    let open = planned.dependencies.compactMap { history.status(of: $0) }
      .first { $0.state != .done }
    if let open { return "now: waits for \(open.planned.label) (\(open.planned.id.short))" }
    return "now: waits for a worker"
  }
}
