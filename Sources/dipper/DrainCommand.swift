import ArgumentParser
import Coordinator
import Scheduling

struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Let workers, or the whole run, come to rest in good order.",
    discussion: """
      Examples: dipper drain out/quickstart
                dipper drain out/quickstart node3-4711-9f3a

      Without a worker: the coordinator hands out nothing more, and ends when what runs has \
      finished; the same command goes on. With workers: each hands over a checkpoint, gives its \
      work back and leaves. `dipper status` lists them.
      """)

  @Argument(help: "The run's folder.") var folder: RunFolder
  @Argument(help: "Names of workers.") var workers: [String] = []

  func run() throws {
    guard !workers.isEmpty else { return try folder.ask(.request(.close)) }
    for worker in workers { try folder.ask(.request(.drain(WorkerID(worker)))) }
  }
}
