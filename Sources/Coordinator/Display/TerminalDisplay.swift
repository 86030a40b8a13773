import Foundation
import Jobs
import Runs
import Scheduling
import Synchronization

/// A display for terminals that redraws a block of lines in place. The block has a progress bar,
/// the time left, and the running attempts with step and loss. Failures, lost workers and other
/// lasting notifications are printed above it.
public final class TerminalDisplay: ProgressDisplay {
  private struct DrawnBlock {
    var lines = 0
    var drawnAt: Instant?
    var startedAt: Instant?
  }

  /// The shortest time between two drawings.
  private static let interval = Duration.milliseconds(200)
  /// The width of the bar, in characters.
  private static let barWidth = 30

  private let block = Mutex(DrawnBlock())
  private let columns: Int

  /// Creates a display for a terminal of this width.
  ///
  /// - Parameter columns: the width of the terminal in characters. Longer lines are cut.
  public init(columns: Int) { self.columns = max(40, columns) }

  /// Prints a notification above the block if it must stay visible.
  public func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard notification.isLasting, let line = line(for: notification, in: state) else { return }
    block.withLock { block in
      write(erase(&block) + line + "\n")
      block.drawnAt = nil
    }
  }

  /// Redraws the block, at most five times a second and once at the end.
  public func update(_ state: CoordinatorState, at now: Instant) {
    block.withLock { block in
      let start = block.startedAt ?? now
      block.startedAt = start
      if let drawnAt = block.drawnAt, now - drawnAt < Self.interval, !state.isConcluded { return }
      let lines = lines(for: state, elapsed: now - start)
      write(erase(&block) + lines.map { $0.prefix(columns - 1) + "\n" }.joined())
      block.lines = lines.count
      block.drawnAt = now
    }
  }

  /// Returns the control sequence that erases the block.
  private func erase(_ block: inout DrawnBlock) -> String {
    defer { block.lines = 0 }
    return block.lines == 0 ? "" : "\u{1B}[\(block.lines)A\u{1B}[J"
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private func lines(for state: CoordinatorState, elapsed: Duration) -> [String] {
    let counts = state.counts
    let settled = counts.done + counts.discarded
    let filled = counts.total == 0 ? Self.barWidth : Self.barWidth * settled / counts.total
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: ".", count: Self.barWidth - filled)
    let left = timeLeft(state).map { ", about \(formatted(seconds: $0)) left" } ?? ""
    let discarded = counts.discarded > 0 ? ", \(counts.discarded) discarded" : ""
    let time = formatted(seconds: elapsed / .seconds(1))
    let head = "[\(bar)] \(settled)/\(counts.total) jobs\(discarded), \(time)\(left)"
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
  /// True if the notification must stay visible. The block shows the effect of all others.
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
