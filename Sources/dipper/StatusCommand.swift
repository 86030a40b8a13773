import ArgumentParser
import Coordinator
import Foundation
import Journal
import Runs

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the state of a run that is running, finished, interrupted or crashed.",
    discussion: """
      Example: dipper status out/quickstart

      With --json, the state is printed as one JSON object for programs: experiment, phase, counts, \
      every job with its attempts and last metrics, the workers, and the time left. Its field \
      `version` is 1; later releases may add fields to this version.
      """)

  @Argument(help: "The run directory.") var directory: RunArgument
  @Flag(help: "Print the state as JSON.") var json = false

  func run() throws {
    let snapshot = try snapshot()
    guard json else {
      for line in snapshot.lines { try emit(line) }
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try emit(String(decoding: try encoder.encode(snapshot), as: UTF8.self))
  }

  /// Returns the snapshot of the running coordinator, or reads the run directory if none runs.
  private func snapshot() throws -> RunSnapshot {
    if let reply = try ControlClient.send(.status, to: directory.url), let snapshot = reply.snapshot
    {
      return snapshot
    }
    let opened = try directory.open()
    return RunSnapshot(
      of: opened.manifest, history: opened.history,
      coordinatorIsRunning: SQLiteJournal.isInUse(directory.url))
  }
}
