import ArgumentParser
import Foundation
import Jobs
import Journal
import Runs
import Scheduling

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell the life of a job, from the journal.",
    discussion: """
      Example: dipper explain "chest M3 train" out/quickstart

      Works while the run is under way and afterwards.
      """)

  @Argument(help: "The beginning of a job's name or label, as `dipper plan` lists them.")
  var job: String
  @Argument(help: "The run directory.") var directory: RunArgument

  func run() throws {
    let journal = try directory.journal()
    let history = RunHistory(folding: journal.map(\.event))
    let status = try JobSelection.job(job, among: history.jobs)
    let story = JobStory(of: status.planned.id, in: journal, history: history)
    for line in story.lines { try emit(line) }
  }
}
