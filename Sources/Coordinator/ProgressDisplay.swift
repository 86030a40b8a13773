import Experiments
import Foundation
import Scheduling

/// Shows a person what happens.
public protocol ProgressDisplay: Sendable {
  /// Something happened.
  func announce(_ news: Announcement, _ state: CoordinatorState)
  /// Time has passed, or several things happened; `now` in seconds on a monotonic clock.
  func update(_ state: CoordinatorState, at now: Double)
}

/// One line for each thing that a person wants to know of, on standard error: for logs.
public struct PlainDisplay: ProgressDisplay {
  /// A display.
  public init() {}

  /// Prints a line where the news is worth one.
  public func announce(_ news: Announcement, _ state: CoordinatorState) {
    guard let line = line(for: news, state) else { return }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Prints nothing.
  public func update(_ state: CoordinatorState, at now: Double) {}
}

/// What a log says of a piece of news; nil where it is not worth a line.
package func line(for news: Announcement, _ state: CoordinatorState) -> String? {
  func label(_ attempt: Attempt) -> String {
    let name = state.status(of: attempt.job)?.planned.label ?? attempt.job.short
    return attempt.number == 1 ? name : "\(name) (attempt \(attempt.number))"
  }
  let counts = state.counts
  let place = "[\(counts.done + counts.setAside)/\(counts.total)]"
  switch news {
  case .joined(let worker, let description):
    return "\(place) worker \(worker) joined from \(description.host)"
  case .differs(let worker, let other, let entries):
    let list = entries.joined(separator: ", ")
    return "\(place) worker \(worker) computes other bits than \(other) (\(list)); "
      + "`numerics: portable` makes them agree"
  case .silent(let worker, let time):
    return "\(place) worker \(worker) has been silent for \(seconds(time))"
  case .left(let worker): return "\(place) worker \(worker) left"
  case .lost(let worker, let reason): return "\(place) worker \(worker) lost: \(reason)"
  case .leased(let attempt, let worker): return "\(place) \(label(attempt)) started on \(worker)"
  case .progress: return nil
  case .completed(let attempt, let result):
    return "\(place) \(label(attempt)) done in \(seconds(result.seconds))"
  case .failed(let attempt, let failure, let isFinal):
    let next = isFinal ? "set aside" : "will be tried again"
    return "\(place) \(label(attempt)) failed, \(next): \(failure.message)"
  case .superseded(let attempt, let worker):
    return "\(place) a late answer of \(label(attempt)) from \(worker) was ignored"
  case .refused(let worker, let reason): return "\(place) worker \(worker) refused: \(reason)"
  }
}

/// `3.2 s`, `4 min 05 s`, `2 h 03 min`.
package func seconds(_ value: Double) -> String {
  guard value >= 60 else { return String(format: "%.1f s", value) }
  let whole = Int(value.rounded())
  guard whole >= 3600 else { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
