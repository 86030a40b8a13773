import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Make data sets from volumes, and put masks back into them.",
    discussion: "Example: dipper data import folder scans ../data/kidney",
    subcommands: [ImportCommand.self, RestoreCommand.self])
}
