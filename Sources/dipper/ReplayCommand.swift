import ArgumentParser
import Coordinator
import Foundation
import Jobs
import Journal
import Scheduling

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Compute a finished job once more and compare the bits.",
    discussion: """
      Example: dipper replay "chest TV solve chest-03" out/quickstart

      Everything is taken from the run's folder, which stays as it is. Exit status: 0 equal, 1 not.
      """)

  @Argument(help: "The beginning of a job's name or of its label, as of `dipper plan`.")
  var job: String
  @Argument(help: "The run's folder.") var folder: RunFolder
  @Option(help: "The worker program (default: dipper-worker beside this one).")
  var worker: String?

  func run() throws {
    let files = try StateFolder.existing(at: folder.url).state
    let ledger = try folder.ledger()
    let replay = try JobReplay(JobSelection.job(job, among: ledger.jobs), among: ledger, in: files)
    let result = try replay.compute(
      by: WorkerProgram(worker.map { URL(filePath: $0) } ?? programBeside("dipper-worker")))
    try report(replay.planned, replay.recorded, result)
  }

  private func report(_ job: PlannedJob, _ recorded: Completion, _ replayed: JobResult) throws {
    let comparison = ResultComparison(recorded.result, replayed)
    for output in comparison.equal {
      try emit("\(output.role.name): \(output.digests[0]?.short ?? "missing"), the same")
    }
    for difference in comparison.differences { try emit("\(difference) now") }
    for remark in comparison.remarks { try emit(remark) }
    try emit("\(job.label) (\(job.id.short)) is \(comparison.agrees ? "equal" : "DIFFERENT")")
    try emit(
      "recorded by \(recorded.worker): \(ResultComparison.words(recorded.result.fingerprint))")
    try emit("replayed here: \(ResultComparison.words(replayed.fingerprint))")
    if !comparison.agrees { throw ExitCode(1) }
  }
}
