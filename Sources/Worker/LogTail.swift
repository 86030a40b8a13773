import Synchronization

/// Keeps the last lines of a worker's log.
///
/// The lines are sent to the coordinator with each failure, so that the user can find the cause
/// there.
public final class LogTail: Sendable {
  private let kept: Mutex<[String]> = Mutex([])
  private let limit: Int

  /// Creates an empty tail that keeps at most `limit` lines.
  public init(lines limit: Int = 30) { self.limit = limit }

  /// The kept lines, oldest first.
  public var lines: [String] { kept.withLock(\.self) }

  /// Adds a line and drops the oldest ones above the limit.
  public func append(_ line: String) {
    kept.withLock { lines in
      lines.append(line)
      if lines.count > limit { lines.removeFirst(lines.count - limit) }
    }
  }
}
