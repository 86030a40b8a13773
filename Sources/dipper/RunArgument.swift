import ArgumentParser
import Coordinator
import Foundation
import Journal
import Runs
import Scheduling

/// A run directory as a command's argument.
struct RunArgument: ExpressibleByArgument {
  let url: URL

  init(argument: String) { url = URL(filePath: argument, directoryHint: .isDirectory) }

  /// Reads the whole journal.
  func journal() throws -> [JournalEntry] { try SQLiteJournal.read(folder: url) }

  /// Reads and folds the journal.
  func history() throws -> RunHistory { RunHistory(folding: try journal().map(\.event)) }

  /// Opens the run with its manifest and its history.
  func open() throws -> (directory: RunDirectory, manifest: RunManifest, history: RunHistory) {
    let run = try RunDirectory.existing(at: url)
    return (run.directory, run.manifest, try history())
  }

  /// Sends a request to the coordinator that runs on the directory and prints its answer.
  ///
  /// - Throws: `ExitCode` 3 if no coordinator runs, 2 if part of the request was declined.
  func send(_ request: ControlRequest) throws {
    guard let reply = try ControlClient.send(.request(request), to: url) else {
      say("no coordinator runs on \(url.path)")
      throw ExitCode(3)
    }
    try reply.show()
  }
}

extension ControlReply {
  /// Prints the answer, if there is one. Throws the exit status 2 if part of the request was
  /// declined.
  func show() throws { try answer?.show() }
}

extension ControlAnswer {
  /// Prints the lines of the answer. Throws the exit status 2 if part of the request was declined.
  func show() throws {
    for line in lines { try emit(line) }
    if isDeclined { throw ExitCode(2) }
  }
}
