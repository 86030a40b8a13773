import ArgumentParser
import Coordinator
import Foundation
import Jobs
import Journal
import Scheduling

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Put jobs that were discarded back to the queue.",
    discussion: """
      Example: dipper retry out/quickstart --failed

      Their history stays in the journal and their attempts' numbers go on rising. Where no \
      coordinator runs, the next `dipper run` or `dipper coordinator` on the folder tries them.
      """)

  @Argument(help: "The run's folder.") var folder: RunFolder
  @Argument(help: "Beginnings of jobs' names or labels, as of `dipper plan`.")
  var jobs: [String] = []
  @Flag(help: "All that was discarded, failed or cancelled.") var failed = false

  func validate() throws {
    guard failed == jobs.isEmpty else {
      throw ValidationError("say which jobs, or --failed")
    }
  }

  func run() throws {
    let request = try request(among: folder.ledger())
    if let answer = try ControlClient.call(.request(request), in: folder.url) {
      return try answer.show()
    }
    try RequestAtRest.carryOut(request, in: folder.url, at: Date()).show()
  }

  private func request(among known: JobLedger) throws -> ControlRequest {
    guard !failed else { return .retryAll }
    return .retry(try jobs.map { try JobSelection.job($0, among: known.jobs).planned.id })
  }
}
