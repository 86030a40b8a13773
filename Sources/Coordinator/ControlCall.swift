import Foundation
import Jobs
import Scheduling

/// What a program on the coordinator's machine may say to it through its state folder.
public enum ControlCall: Hashable, Sendable, Codable {
  /// How does the run stand?
  case status
  /// Do this.
  case request(ControlRequest)
}

/// The coordinator's answer to a call.
public struct ControlAnswer: Hashable, Sendable, Codable {
  /// For people, in order.
  public var lines: [String]
  /// Whether something that was asked for cannot be.
  public var isDeclined: Bool

  /// An answer of these lines.
  public init(lines: [String], isDeclined: Bool = false) {
    (self.lines, self.isDeclined) = (lines, isDeclined)
  }
}

extension CoordinatorState {
  /// How the run stands: counts, workers, what each computes.
  func statusLines() -> [String] {
    let jobs =
      "\(counts.done) of \(counts.total) jobs done, \(counts.running) running, "
      + "\(counts.ready + counts.waiting) to come, \(counts.discarded) discarded"
    let hands = workers.map { worker in
      "worker \(worker.id) on \(worker.description.host): "
        + (worker.leases == 0 ? "idle" : worker.leases == 1 ? "1 job" : "\(worker.leases) jobs")
    }
    let work = running.map { attempt in
      let step = attempt.progress.map { "step \($0.step) of \($0.total)" } ?? "starting"
      return "running \(attempt.label), attempt \(attempt.attempt.number), \(step), "
        + "on \(attempt.worker)"
    }
    return [jobs] + hands + work
  }
}
