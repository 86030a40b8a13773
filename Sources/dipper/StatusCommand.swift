import ArgumentParser
import Coordinator

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how a running coordinator's run stands.",
    discussion: "Example: dipper status out/quickstart")

  @Argument(help: "The run's folder.") var folder: RunFolder

  func run() throws { try folder.ask(.status) }
}
