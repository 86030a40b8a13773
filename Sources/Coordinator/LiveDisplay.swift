import Foundation
import Jobs
import Scheduling
import Synchronization

/// A block at the foot of a terminal that is redrawn in place: a bar, the running attempts with step
/// and loss, the time left; failures and losses scroll past above it.
public final class LiveDisplay: ProgressDisplay {
  private struct Frame {
    var lines = 0
    var drawnAt = -Double.infinity
    var startedAt: Double?
  }

  private let frame = Mutex(Frame())
  private let columns: Int

  /// - Parameter columns: of the terminal; longer lines are cut.
  public init(columns: Int) { self.columns = max(40, columns) }

  /// Prints what must not be missed above the block.
  public func notify(_ notification: UserNotification, in state: CoordinatorState) {
    switch notification {
    case .failed, .silent, .lost, .refused, .joined, .numericsDiffer, .left, .cancelled, .requeued,
      .draining, .closing, .declined, .audited(_, _, false), .auditsSkipped,
      .auditsUnfinished, .missingGPUs:
      guard let line = line(for: notification, state) else { return }
      frame.withLock { frame in
        write(erase(&frame) + line + "\n")
        frame.drawnAt = -.infinity
      }
    case .leased, .progress, .completed, .superseded, .audited(_, _, true): break
    }
  }

  /// Redraws the block, at most five times a second and at the end.
  public func update(_ state: CoordinatorState, at now: Double) {
    frame.withLock { frame in
      if frame.startedAt == nil { frame.startedAt = now }
      guard now - frame.drawnAt >= 0.2 || state.isConcluded else { return }
      let lines = block(state, elapsed: now - (frame.startedAt ?? now))
      write(erase(&frame) + lines.map { $0.prefix(columns - 1) + "\n" }.joined())
      (frame.lines, frame.drawnAt) = (lines.count, now)
    }
  }

  private func erase(_ frame: inout Frame) -> String {
    defer { frame.lines = 0 }
    return frame.lines == 0 ? "" : "\u{1B}[\(frame.lines)A\u{1B}[J"
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private func block(_ state: CoordinatorState, elapsed: Double) -> [String] {
    let counts = state.counts
    let settled = counts.done + counts.discarded
    let filled = counts.total == 0 ? 30 : 30 * settled / counts.total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
    let left = timeLeft(state).map { ", about \(seconds($0)) left" } ?? ""
    let discarded = counts.discarded > 0 ? ", \(counts.discarded) discarded" : ""
    let head = "[\(bar)] \(settled)/\(counts.total) jobs\(discarded), \(seconds(elapsed))\(left)"
    return [head] + state.running.map(describe)
  }

  private func describe(_ running: RunningAttempt) -> String {
    let progress = running.progress.map { progress in
      let loss = progress.metrics["loss"].map { String(format: "  loss %.4f", $0) } ?? ""
      return "\(progress.step)/\(progress.total)\(loss)"
    }
    return "  \(running.label)  \(progress ?? "starting")  on \(running.worker)"
  }
}

/// Expected seconds until all is done, from how long finished jobs took against their costs.
package func timeLeft(_ state: CoordinatorState) -> Double? {
  let work = state.workload
  guard work.finishedCost > 0, !state.workers.isEmpty, state.counts.unsettled > 0 else {
    return nil
  }
  let hands = min(state.workers.count, state.counts.unsettled)
  return work.remainingCost * work.finishedSeconds / work.finishedCost / Double(hands)
}
