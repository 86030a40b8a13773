import Foundation
import Logging
import Worker

/// Logs each message as one line on standard error. The line has the time, the level if it is a
/// warning or an error, and the text.
///
/// swift-log's own handler adds the label and the source to every line, which are not needed on a
/// terminal.
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
    // On a full disk the line is lost. `write(_:)` would trap instead, and the computation would be
    // lost.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}

/// Returns a logger to standard error that copies its lines to `tail`.
func plainLogger(level: Logger.Level, tail: LogTail) -> Logger {
  Logger(label: "dipper-worker") { _ in PlainLogHandler(logLevel: level, tail: tail) }
}
