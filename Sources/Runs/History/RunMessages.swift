import Foundation
import Jobs
import Scheduling

/// Returns a line of text for a notification, or nil for a report of progress, which gets no line.
package func message(for notification: UserNotification, in state: CoordinatorState) -> String? {
  func label(_ job: JobID) -> String { state.status(of: job)?.planned.label ?? job.short }
  func label(_ attempt: Attempt) -> String {
    let name = label(attempt.job)
    return attempt.number == 1 ? name : "\(name) (attempt \(attempt.number))"
  }
  switch notification {
  case .joined(let worker, let description):
    return "worker \(worker) joined from \(description.host)"
  case .numericsDiffer(let worker, let other, let entries):
    let list = entries.joined(separator: ", ")
    return "worker \(worker) may compute other bits than \(other) (\(list)); "
      + "`numerics: portable` makes them agree"
  case .silent(let worker, let time):
    return "worker \(worker) has been silent for \(formatted(seconds: time / .seconds(1)))"
  case .left(let worker): return "worker \(worker) left"
  case .lost(let worker, let reason): return "worker \(worker) lost: \(reason)"
  case .leased(let attempt, let worker): return "\(label(attempt)) started on \(worker)"
  case .progress: return nil
  case .completed(let attempt, let result):
    return "\(label(attempt)) done in \(formatted(seconds: result.seconds))"
  case .failed(let attempt, let failure, let isFinal):
    let next = isFinal ? "discarded" : "will be tried again"
    return "\(label(attempt)) failed, \(next): \(failure.message)"
  case .audited(let attempt, let worker, true):
    return "\(label(attempt.job)) confirmed by \(worker)"
  case .audited(let attempt, let worker, false):
    let other = state.status(of: attempt.job)?.completion?.worker.name ?? "another worker"
    return "\(label(attempt.job)) CONTESTED: \(worker) computed another result than \(other); "
      + "`dipper replay` tells which is right"
  case .auditsSkipped(let count):
    return "\(counted(count, "result")) could not be audited: no other worker has the same "
      + "numerics fingerprint"
  case .auditsUnfinished(let count):
    return "\(counted(count, "audit")) had not ended; the same command chooses again what to audit"
  case .missingGPUs(let count):
    let number = count == 1 ? "a GPU" : "\(count) GPUs"
    return "jobs wait for a worker on a machine with \(number) (numerics.device is "
      + "cuda:\(count - 1)), and no worker has that: start one there, or remove numerics.device "
      + "from the configuration"
  case .superseded(let attempt, let worker):
    return "a late answer of \(label(attempt)) from \(worker) was ignored"
  case .refused(let worker, let reason): return "worker \(worker) refused: \(reason)"
  case .cancelled(let job, let isStopping):
    return "\(label(job)) cancelled" + (isStopping ? "; it stops after a checkpoint" : "")
  case .requeued(let job): return "\(label(job)) was put back into the queue"
  case .draining(let worker): return "worker \(worker) was told to leave"
  case .closing(let running):
    return "no more jobs are handed out; the coordinator waits for "
      + counted(running, "running attempt")
  case .declined(let reason): return reason
  }
}

/// Formats a duration in seconds: `3.2 s`, `4 min 05 s`, `2 h 03 min`.
package func formatted(seconds value: Double) -> String {
  guard value >= 60 else { return String(format: "%.1f s", value) }
  let whole = Int(value.rounded())
  guard whole >= 3600 else { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}

/// Puts a number before a noun: `1 job`, `2 jobs`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
