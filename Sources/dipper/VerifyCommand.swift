import ArgumentParser
import Foundation
import Runs

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check every digest of a run.",
    discussion: """
      Example: dipper verify out/quickstart

      Exit status: 0 everything is intact, 1 something is missing, damaged or replaced.
      """)

  @Argument(help: "The run directory.") var directory: RunArgument

  func run() throws {
    let opened = try directory.open()
    let verification = Verification(
      of: opened.manifest, history: opened.history, in: opened.directory)
    let problems = verification.problems
    for problem in problems { try emit(problem) }
    if !problems.isEmpty {
      try emit(
        "with the run's configuration, the same command computes missing results again and stores "
          + "missing images, markers and ground truths again")
    }
    if opened.manifest.datasets.contains(where: { $0.groundTruthDigests == nil }) {
      say("an earlier release made this run and recorded no digests of its ground truths")
    }
    try emit(
      "\(verification.intactBlobs) blobs and \(verification.intactGroundTruth) ground truths "
        + "intact, \(counted(problems.count, "problem"))")
    if !problems.isEmpty { throw ExitCode(1) }
  }
}
