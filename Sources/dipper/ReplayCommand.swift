import ArgumentParser
import Errors
import Foundation
import Jobs
import Launching
import Runs
import Scheduling

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Compute a finished job once more and compare the bits.",
    discussion: """
      Example: dipper replay "chest TV solve chest-03" out/quickstart

      Everything is taken from the run directory, which stays unchanged. Exit status: 0 equal, 1 \
      different.
      """)

  @Argument(help: "The beginning of a job's name or label, as `dipper plan` lists them.")
  var job: String
  @Argument(help: "The run directory.") var directory: RunArgument
  @Option(help: "The worker program (default: dipper-worker beside this one).")
  var worker: String?

  func run() throws {
    let opened = try directory.open()
    let status = try JobSelection.job(job, among: opened.history.jobs)
    let replay = try JobReplay(of: status, history: opened.history, in: opened.directory)
    try report(replay, replayed: try compute(replay))
  }

  private func compute(_ replay: JobReplay) throws -> JobResult {
    let program = WorkerProgram(try workerProgram(worker))
    let output = try program.run(replay.arguments, input: replay.input)
    guard output.failure == nil, let result = replay.result(from: output.bytes) else {
      let reason = output.failure ?? "gave no result"
      throw DipperError(
        .workersUnavailable,
        "could not compute \(replay.planned.label): \(program.file.path) \(reason)")
    }
    return result
  }

  private func report(_ replay: JobReplay, replayed: JobResult) throws {
    let job = replay.planned
    let recorded = replay.recorded
    let comparison = ResultComparison(recorded.result, replayed)
    for output in comparison.equal {
      try emit("\(output.role.name): \(output.digests[0]?.short ?? "missing"), the same")
    }
    for difference in comparison.differences { try emit("\(difference) now") }
    for remark in comparison.remarks { try emit(remark) }
    try emit("\(job.label) (\(job.id.short)) is \(comparison.agrees ? "equal" : "DIFFERENT")")
    let fingerprint = ResultComparison.text(of: recorded.result.fingerprint)
    try emit("recorded by \(recorded.worker): \(fingerprint)")
    try emit("replayed here: \(ResultComparison.text(of: replayed.fingerprint))")
    if !comparison.agrees { throw ExitCode(1) }
  }
}
