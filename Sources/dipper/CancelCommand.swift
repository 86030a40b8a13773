import ArgumentParser
import Foundation
import Jobs
import Runs
import Scheduling

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Stop jobs of a running coordinator, after a checkpoint.",
    discussion: """
      Example: dipper cancel out/quickstart "chest M3 train"

      A cancelled job is discarded, and so are the jobs that wait for it; `dipper retry` continues \
      it from its checkpoint. To stop the run and keep all jobs, use `dipper drain` or Ctrl-C.
      """)

  @Argument(help: "The run directory.") var directory: RunArgument
  @Argument(help: "The beginnings of jobs' names or labels, as `dipper plan` lists them.")
  var jobs: [String] = []
  @Flag(help: "Cancel every job that is not done.") var all = false

  func validate() throws {
    guard all == jobs.isEmpty else { throw ValidationError("name the jobs, or add --all") }
  }

  func run() throws {
    guard !all else { return try directory.send(.cancelAll) }
    let known = try directory.history().jobs
    let chosen = try jobs.map { try JobSelection.job($0, among: known).planned.id }
    try directory.send(.cancel(chosen))
  }
}
