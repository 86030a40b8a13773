import ArgumentParser
import Coordinator
import Foundation
import Journal
import Scheduling

/// The folder of a run, as a verb's argument.
struct RunFolder: ExpressibleByArgument {
  let url: URL

  init(argument: String) { url = URL(filePath: argument, directoryHint: .isDirectory) }

  /// All that its journal holds.
  func journal() throws -> [JournalEntry] { try SQLiteJournal.read(folder: url) }

  /// Its jobs as the journal knows them.
  func ledger() throws -> JobLedger {
    JobLedger(folding: try journal().map(\.event))
  }

  /// Asks the coordinator that runs on it and prints the answer; throws the exit status where there
  /// is none, or where something that was asked for cannot be.
  func ask(_ call: ControlCall) throws {
    guard let answer = try ControlClient.call(call, in: url) else {
      say("no coordinator runs on \(url.path)")
      throw ExitCode(3)
    }
    try answer.show()
  }
}

extension ControlAnswer {
  /// Prints the lines; throws the exit status where something was declined.
  func show() throws {
    for line in lines { try emit(line) }
    if isDeclined { throw ExitCode(2) }
  }
}
