import ArgumentParser
import Coordinator
import Evaluation
import Foundation
import Store

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print the table of a run.",
    discussion: "Example: dipper report out/quickstart --format md")

  @Argument(help: "The run's folder.") var folder: String
  @Option(help: "One of \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = TableFormat.table
  @Flag(help: "Also report a run that is not finished; holes are marked.") var partial = false

  func run() throws {
    let (state, record) = try StateFolder.existing(
      at: URL(filePath: folder, directoryHint: .isDirectory))
    let events = try SQLiteJournal.read(folder: state.folder).map(\.event)
    let report = try RunReport(record, in: state, events: events)
    guard report.table.holes.isEmpty || partial else {
      throw CoordinatorError(
        .state,
        "\(report.table.holes.count) results are missing in \(state.folder.path); add "
          + "--partial to report the others")
    }
    print(report.table.rendered(as: format))
  }
}

extension TableFormat: ExpressibleByArgument {}
