import Synchronization

/// The last lines of a worker's log: what a failure takes along, for whoever has to find its cause
/// on another machine.
public final class LogTail: Sendable {
  private let kept: Mutex<[String]> = Mutex([])
  private let limit: Int

  /// Keeps so many lines.
  public init(lines limit: Int = 30) { self.limit = limit }

  /// The lines kept, oldest first.
  public var lines: [String] { kept.withLock(\.self) }

  /// Adds a line, and drops the oldest of too many.
  public func append(_ line: String) {
    kept.withLock { lines in
      lines.append(line)
      if lines.count > limit { lines.removeFirst(lines.count - limit) }
    }
  }
}
