import Foundation
import Jobs
import Runs
import Scheduling
import Synchronization

/// A display for terminals: a block of lines that is redrawn in place, with a bar, the running attempts
/// with step and loss, and the time left. Failures and losses scroll past above it.
public final class TerminalDisplay: ProgressDisplay {
  private struct Frame {
    var lines = 0
    var drawnAt: Instant?
    var startedAt: Instant?
  }

  /// The shortest time between two drawings.
  private static let interval = Duration.milliseconds(200)
  /// The width of the bar, in characters.
  private static let barWidth = 30

  private let frame = Mutex(Frame())
  private let columns: Int

  /// - Parameter columns: the width of the terminal; longer lines are cut.
  public init(columns: Int) { self.columns = max(40, columns) }

  /// Prints notifications that must not be missed above the block.
  public func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard notification.isLasting, let line = line(for: notification, in: state) else { return }
    frame.withLock { frame in
      write(erase(&frame) + line + "\n")
      frame.drawnAt = nil
    }
  }

  /// Redraws the block, at most five times a second and once at the end.
  public func update(_ state: CoordinatorState, at now: Instant) {
    frame.withLock { frame in
      let start = frame.startedAt ?? now
      frame.startedAt = start
      if let drawnAt = frame.drawnAt, now - drawnAt < Self.interval, !state.isConcluded { return }
      let lines = block(state, elapsed: now - start)
      write(erase(&frame) + lines.map { $0.prefix(columns - 1) + "\n" }.joined())
      frame.lines = lines.count
      frame.drawnAt = now
    }
  }

  /// Returns the control sequence that erases the block.
  private func erase(_ frame: inout Frame) -> String {
    defer { frame.lines = 0 }
    return frame.lines == 0 ? "" : "\u{1B}[\(frame.lines)A\u{1B}[J"
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private func block(_ state: CoordinatorState, elapsed: Duration) -> [String] {
    let counts = state.counts
    let settled = counts.done + counts.discarded
    let filled = counts.total == 0 ? Self.barWidth : Self.barWidth * settled / counts.total
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: ".", count: Self.barWidth - filled)
    let left = timeLeft(state).map { ", about \(formatted(seconds: $0)) left" } ?? ""
    let discarded = counts.discarded > 0 ? ", \(counts.discarded) discarded" : ""
    let head =
      "[\(bar)] \(settled)/\(counts.total) jobs\(discarded), \(formatted(seconds: elapsed / .seconds(1)))\(left)"
    return [head] + state.running.map(runningLine)
  }

  private func runningLine(for running: RunningAttempt) -> String {
    let progress = running.progress.map { progress in
      let loss = progress.metrics["loss"].map { String(format: "  loss %.4f", $0) } ?? ""
      return "\(progress.step)/\(progress.total)\(loss)"
    }
    return "  \(running.label)  \(progress ?? "starting")  on \(running.worker)"
  }
}

extension UserNotification {
  /// True if the notification must stay visible; the block shows everything else.
  fileprivate var isLasting: Bool {
    switch self {
    case .leased, .progress, .completed, .superseded, .audited(_, _, agrees: true): false
    case .failed, .silent, .lost, .refused, .joined, .numericsDiffer, .left, .cancelled, .requeued,
      .draining, .closing, .declined, .audited(_, _, agrees: false), .auditsSkipped,
      .auditsUnfinished, .missingGPUs:
      true
    }
  }
}
