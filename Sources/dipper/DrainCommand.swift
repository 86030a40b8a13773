import ArgumentParser
import Foundation
import Scheduling

struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Let workers, or the whole run, end in good order.",
    discussion: """
      Examples: dipper drain out/quickstart
                dipper drain out/quickstart node3-4711-9f3a

      Without a worker: the coordinator hands out no more jobs and ends when the running ones have \
      finished; the command that started it continues the run. With workers: each writes a \
      checkpoint, returns its jobs and leaves. `dipper status` lists the workers.
      """)

  @Argument(help: "The run directory.") var directory: RunArgument
  @Argument(help: "The names of workers.") var workers: [String] = []

  func run() throws {
    guard !workers.isEmpty else { return try directory.send(.close) }
    for worker in workers { try directory.send(.drain(WorkerID(worker))) }
  }
}
