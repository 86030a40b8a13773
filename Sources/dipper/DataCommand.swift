import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Make data sets of volumes, and bring masks back to them.",
    discussion: "Example: dipper data import folder scans ../data/kidney",
    subcommands: [ImportCommand.self, RestoreCommand.self])
}
