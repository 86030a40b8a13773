import ArgumentParser
import Coordinator
import Foundation
import Jobs
import Runs
import Scheduling

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Put discarded or cancelled jobs back into the queue.",
    discussion: """
      Example: dipper retry out/quickstart --failed

      The jobs' history stays in the journal, and the numbers of their attempts continue. If no \
      coordinator runs, the next `dipper run` or `dipper coordinator` on the directory tries them.
      """)

  @Argument(help: "The run directory.") var directory: RunArgument
  @Argument(help: "The beginnings of jobs' names or labels, as `dipper plan` lists them.")
  var jobs: [String] = []
  @Flag(help: "Retry every job that failed too often or was cancelled.") var failed = false

  func validate() throws {
    guard failed == jobs.isEmpty else { throw ValidationError("name the jobs, or add --failed") }
  }

  func run() throws {
    let request = try request(among: directory.history())
    if let reply = try ControlClient.send(.request(request), to: directory.url) {
      return try reply.show()
    }
    try OfflineRequest.carryOut(request, in: directory.url, at: Date()).show()
  }

  private func request(among history: RunHistory) throws -> ControlRequest {
    guard !failed else { return .retryAll }
    return .retry(try jobs.map { try JobSelection.job($0, among: history.jobs).planned.id })
  }
}
