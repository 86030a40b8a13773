import Foundation
import Logging
import Worker

/// Logs each message as one line on standard error: the time, the level of warnings and errors, and the
/// text.
///
/// swift-log's own handler adds label and source to every line, which a user of a terminal does not
/// need.
struct PlainLogHandler: LogHandler {
  var logLevel: Logger.Level
  /// Receives a copy of every line.
  let tail: LogTail
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let time = Date().formatted(.iso8601.time(includingFractionalSeconds: false))
    let kind = event.level >= .warning ? "\(event.level): " : ""
    let line = "\(time) \(kind)\(event.message)"
    tail.append(line)
    // On a full disk lines are lost, whereas `write(_:)` would trap and lose the computation.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}

/// Returns a logger to standard error that copies its lines to `tail`.
func plainLogger(level: Logger.Level, tail: LogTail) -> Logger {
  Logger(label: "dipper-worker") { _ in PlainLogHandler(logLevel: level, tail: tail) }
}
