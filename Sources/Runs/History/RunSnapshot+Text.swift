import Foundation

extension RunSnapshot {
  /// The number of discarded jobs that the text lists with their reasons.
  private static let maximumDiscarded = 10

  /// The snapshot as lines for a terminal. They give the phase and the counts, the workers, the
  /// running attempts, and the discarded jobs with their reasons.
  public var lines: [String] {
    [summary] + workers.map(\.line) + jobs.filter { $0.state == "running" }.map(\.runningLine)
      + discardedLines
  }

  private var summary: String {
    var parts = [
      "\(counts.done) of \(counted(counts.total, "job")) done", "\(counts.running) running",
      "\(counts.waiting + counts.ready) to come", "\(counts.discarded) discarded",
    ]
    if counts.contested > 0 { parts.append("\(counts.contested) contested") }
    if awaitsSelection { parts.append("more follow once the settings are chosen") }
    if let secondsLeft { parts.append("about \(formatted(seconds: secondsLeft)) left") }
    return "\(experiment): \(phase.text); " + parts.joined(separator: ", ")
  }

  private var discardedLines: [String] {
    let discarded = jobs.filter { $0.state == "discarded" }
    let rest = discarded.count - Self.maximumDiscarded
    return discarded.prefix(Self.maximumDiscarded).map {
      "discarded \($0.label): \($0.reason ?? "no reason is recorded")"
    } + (rest > 0 ? ["and \(rest) more; `dipper status --json` lists all"] : [])
  }
}

extension RunSnapshot.Phase {
  fileprivate var text: String {
    switch self {
    case .running: "running"
    case .finished: "finished"
    case .interrupted: "interrupted (the same command continues)"
    case .crashed: "crashed (the same command continues)"
    }
  }
}

extension RunSnapshot.WorkerSnapshot {
  fileprivate var line: String {
    "worker \(id) on \(host): " + (jobs == 0 ? "idle" : counted(jobs, "job"))
  }
}

extension RunSnapshot.JobSnapshot {
  fileprivate var runningLine: String {
    let progress = step.map { "step \($0) of \(totalSteps ?? 0)" } ?? "starting"
    let loss = metrics["loss"].map { String(format: ", loss %.4f", $0) } ?? ""
    return "running \(label), attempt \(attempts), \(progress)\(loss), "
      + "on \(worker ?? "an unknown worker")"
  }
}
