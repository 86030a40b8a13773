import ArgumentParser
import Coordinator
import Evaluation
import Foundation
import Jobs
import Journal

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print the table of a run, or draw panels of its cases.",
    discussion: """
      Example: dipper report out/quickstart --format md
      Example: dipper report out/quickstart --panels chest/chest-03,worst --fields M4

      With --panels, the figures of these cases are drawn and their files printed, not the table. \
      With --fields they also show the geodesic distance and the data term that the method sees, \
      which the worker program computes.
      """)

  @Argument(help: "The run's folder.") var folder: String
  @Option(help: "One of \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = TableFormat.table
  @Flag(help: "Also report a run that is not finished; holes are marked.") var partial = false
  @Flag(help: "Print, as CSV, how a sweep's settings did on the training images, not the table.")
  var sweep = false
  @Option(help: "Cases to draw, DATASET/CASE, and `worst` for each method's worst; commas between.")
  var panels: String?
  @Option(help: "A method whose energy's fields the panels show.") var fields: Method?
  @Option(help: "The worker program (default: dipper-worker beside this one).")
  var worker: String?

  func validate() throws {
    guard fields == nil || panels != nil else {
      throw ValidationError("--fields needs --panels: it says what these show")
    }
  }

  func run() throws {
    let (state, record) = try StateFolder.existing(
      at: URL(filePath: folder, directoryHint: .isDirectory))
    let events = try SQLiteJournal.read(folder: state.folder).map(\.event)
    let report = try RunReport(record, in: state, events: events)
    for remark in report.remarks { say(remark) }
    if sweep { return try emit(report.sweep.settings.csv, terminator: "") }
    guard report.table.missingScores.isEmpty || partial else {
      throw CoordinatorError(
        .state,
        "\(report.table.missingScores.count) results are missing in \(state.folder.path); add "
          + "--partial to report the others")
    }
    guard let panels else { return try emit(report.rendered(as: format)) }
    for name in try cases(panels, of: report) {
      try emit(report.drawPanel(of: name, fields: fields(of: name, in: report)).path)
    }
  }

  private func cases(_ list: String, of report: RunReport) throws -> [CaseName] {
    try list.split(separator: ",").flatMap { word in
      if word == "worst" { return report.worstCases }
      guard let name = CaseName(String(word)) else {
        throw ValidationError("--panels wants DATASET/CASE or `worst`, not `\(word)`")
      }
      return [name]
    }
  }

  private func fields(of name: CaseName, in report: RunReport) throws -> EnergyFields? {
    guard let fields else { return nil }
    let program = try worker.map { URL(filePath: $0) } ?? programBeside("dipper-worker")
    return try report.fields(of: name, for: fields, by: WorkerProgram(program))
  }
}

extension TableFormat: ExpressibleByArgument {}

extension Method: ExpressibleByArgument {}
