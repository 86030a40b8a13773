import Foundation
import Logging
import Worker

/// One plain line per message on standard error: time, level where it matters, text.
struct PlainLogHandler: LogHandler {
  var logLevel: Logger.Level
  /// Keeps the last lines as well.
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
    // A log on a full disk loses lines; `write(_:)` would end the worker and what it has computed.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}

/// A logger to standard error.
func plainLogger(level: Logger.Level, tail: LogTail) -> Logger {
  Logger(label: "dipper-worker") { _ in PlainLogHandler(logLevel: level, tail: tail) }
}
