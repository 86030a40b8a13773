import ArgumentParser
import Coordinator
import Jobs
import Journal
import Scheduling

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell the life of a job, from the journal.",
    discussion: """
      Example: dipper explain "chest M3 train" out/quickstart

      Works while the run goes on, and after.
      """)

  @Argument(help: "The beginning of a job's name or of its label, as of `dipper plan`.")
  var job: String
  @Argument(help: "The run's folder.") var folder: RunFolder

  func run() throws {
    let journal = try folder.journal()
    let ledger = JobLedger(folding: journal.map(\.event))
    let status = try JobSelection.job(job, among: ledger.jobs)
    for line in JobStory(of: status.planned.id, in: journal).lines { try emit(line) }
  }
}
