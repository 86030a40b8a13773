import Foundation
import Logging

/// One plain line per message on standard error: time, level where it matters, text.
struct PlainLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let time = Date().formatted(.iso8601.time(includingFractionalSeconds: false))
    let kind = event.level >= .warning ? "\(event.level): " : ""
    FileHandle.standardError.write(Data("\(time) \(kind)\(event.message)\n".utf8))
  }
}

/// A logger to standard error.
func plainLogger(level: Logger.Level) -> Logger {
  Logger(label: "dipper-worker") { _ in PlainLogHandler(logLevel: level) }
}
