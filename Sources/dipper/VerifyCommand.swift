import ArgumentParser
import Coordinator
import Foundation
import Journal

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check every digest of a run.",
    discussion: "Example: dipper verify out/quickstart")

  @Argument(help: "The run's folder.") var folder: String

  func run() throws {
    let (state, record) = try StateFolder.existing(
      at: URL(filePath: folder, directoryHint: .isDirectory))
    let events = try SQLiteJournal.read(folder: state.folder).map(\.event)
    let findings = Verification.verify(record, in: state, events: events)
    for problem in findings.problems { try emit(problem) }
    if !findings.problems.isEmpty {
      try emit(
        "with the run's configuration, the same command computes lost results again, and stores "
          + "lost images, markers and truths")
    }
    if record.datasets.contains(where: { $0.truths == nil }) {
      say("an earlier release made this run: it says of no truth what digest it had")
    }
    try emit(
      "\(findings.intact) blobs and \(findings.truths) truths intact, "
        + "\(findings.problems.count) problems")
    if !findings.problems.isEmpty { throw ExitCode(1) }
  }
}
