import Experiments
import Foundation
import Jobs
import Scheduling

/// Shows a person what happens.
public protocol ProgressDisplay: Sendable {
  /// Something happened.
  func notify(_ notification: UserNotification, in state: CoordinatorState)
  /// Time has passed, or several things happened; `now` in seconds on a monotonic clock.
  func update(_ state: CoordinatorState, at now: Double)
}

/// One line for each thing that a person wants to know of, on standard error: for logs.
public struct PlainDisplay: ProgressDisplay {
  /// A display.
  public init() {}

  /// Prints a line where the notification is worth one.
  public func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard let line = line(for: notification, state) else { return }
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// Prints nothing.
  public func update(_ state: CoordinatorState, at now: Double) {}
}

/// What a log says of a notification, after how much is done; nil where it is not worth a line.
package func line(for notification: UserNotification, _ state: CoordinatorState) -> String? {
  let counts = state.counts
  return words(for: notification, state).map {
    "[\(counts.done + counts.discarded)/\(counts.total)] \($0)"
  }
}

/// The notification in words; nil where it is not worth any.
func words(for notification: UserNotification, _ state: CoordinatorState) -> String? {
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
    return "worker \(worker) computes other bits than \(other): their numerics fingerprints "
      + "differ in \(list); `numerics: portable` makes them agree"
  case .silent(let worker, let time):
    return "worker \(worker) has been silent for \(seconds(time))"
  case .left(let worker): return "worker \(worker) left"
  case .lost(let worker, let reason): return "worker \(worker) lost: \(reason)"
  case .leased(let attempt, let worker): return "\(label(attempt)) started on \(worker)"
  case .progress: return nil
  case .completed(let attempt, let result):
    return "\(label(attempt)) done in \(seconds(result.seconds))"
  case .failed(let attempt, let failure, let isFinal):
    let next = isFinal ? "discarded" : "will be tried again"
    return "\(label(attempt)) failed, \(next): \(failure.message)"
  case .audited(let attempt, let worker, true):
    return "\(label(attempt.job)) confirmed by \(worker)"
  case .audited(let attempt, let worker, false):
    let other = state.status(of: attempt.job)?.completion?.worker.name ?? "another worker"
    return "\(label(attempt.job)) CONTESTED: \(worker) computes another result than \(other); "
      + "`dipper replay` tells whose is right"
  case .auditsSkipped(let count):
    return "\(count) results were not audited: no other worker with the same numerics fingerprint"
  case .auditsUnfinished(let count):
    return "\(count) audits had not ended; the same command chooses anew what to audit"
  case .missingGPUs(let gpus):
    let number = gpus == 1 ? "a GPU" : "\(gpus) GPUs"
    return "jobs wait for a worker on a machine with \(number) (numerics.device is "
      + "cuda:\(gpus - 1)), and no worker has that: start one there, or take numerics.device out "
      + "of the configuration"
  case .superseded(let attempt, let worker):
    return "a late answer of \(label(attempt)) from \(worker) was ignored"
  case .refused(let worker, let reason): return "worker \(worker) refused: \(reason)"
  case .cancelled(let job, let isStopping):
    return "\(label(job)) cancelled" + (isStopping ? "; it stops after a checkpoint" : "")
  case .requeued(let job): return "\(label(job)) goes back to the queue"
  case .draining(let worker): return "worker \(worker) was told to leave"
  case .closing(let running):
    return "nothing more is handed out; \(running) running attempts are waited for"
  case .declined(let reason): return reason
  }
}

/// `3.2 s`, `4 min 05 s`, `2 h 03 min`.
package func seconds(_ value: Double) -> String {
  guard value >= 60 else { return String(format: "%.1f s", value) }
  let whole = Int(value.rounded())
  guard whole >= 3600 else { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
