import ArgumentParser
import Coordinator
import Jobs
import Scheduling

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Stop jobs of a running coordinator, after a checkpoint.",
    discussion: """
      Example: dipper cancel out/quickstart "chest M3 train"

      A cancelled job is discarded, and so is what waits for it; `dipper retry` continues it from \
      its checkpoint. To stop the run and keep all jobs, use `dipper drain` or Ctrl-C.
      """)

  @Argument(help: "The run's folder.") var folder: RunFolder
  @Argument(help: "Beginnings of jobs' names or labels, as of `dipper plan`.")
  var jobs: [String] = []
  @Flag(help: "Cancel all that is not done.") var all = false

  func validate() throws {
    guard all == jobs.isEmpty else {
      throw ValidationError("say which jobs, or --all")
    }
  }

  func run() throws {
    guard !all else { return try folder.ask(.request(.cancelAll)) }
    let known = try folder.ledger().jobs
    let chosen = try jobs.map { try JobSelection.job($0, among: known).planned.id }
    try folder.ask(.request(.cancel(chosen)))
  }
}
