import ArgumentParser
import Errors
import Evaluation
import Foundation
import Jobs
import Reporting
import Runs

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print the table of a run, or draw panels of its cases.",
    discussion: """
      Example: dipper report out/quickstart --format md
      Example: dipper report out/quickstart --panels chest/chest-03,worst --fields M4

      With --panels, the figures of these cases are drawn and their paths are printed instead of \
      the table. With --fields the figures also show the geodesic distance and the data term that \
      the method sees.
      """)

  @Argument(help: "The run directory.") var directory: RunArgument
  @Option(
    help: "The format, one of \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = TableFormat.table
  @Flag(help: "Report a run that is not finished, too; missing results are marked.") var partial =
    false
  @Flag(help: "Print the scores of a sweep's settings on the training images, as CSV.")
  var sweep = false
  @Option(help: "The cases to draw, DATASET/CASE or `worst`, separated by commas.")
  var panels: String?
  @Option(help: "The method whose fields of the energy the panels show.") var fields: Method?

  func validate() throws {
    guard fields == nil || panels != nil else {
      throw ValidationError("--fields needs --panels, to which it adds tiles")
    }
  }

  func run() throws {
    let opened = try directory.open()
    let report = try RunReport(
      of: opened.manifest, history: opened.history, in: opened.directory)
    for remark in report.remarks { say(remark) }
    if sweep { return try emit(report.sweep.settings.csv, terminator: "") }
    let missing = report.table.missingScores.count
    guard missing == 0 || partial else {
      throw DipperError(
        .runDirectoryUnusable,
        "\(counted(missing, "result")) missing in \(directory.url.path); add --partial to report the "
          + "others")
    }
    guard let panels else { return try emit(report.rendered(as: format)) }
    for name in try cases(panels, of: report) {
      let fields = try fields.map { try report.fields(of: name, for: $0) }
      try emit(report.drawPanel(of: name, fields: fields).path)
    }
  }

  private func cases(_ list: String, of report: RunReport) throws -> [CaseName] {
    try list.split(separator: ",").flatMap { word in
      if word == "worst" { return report.worstCases }
      guard let name = CaseName(String(word)) else {
        throw ValidationError("--panels takes DATASET/CASE or `worst`, not `\(word)`")
      }
      return [name]
    }
  }
}

extension TableFormat: ExpressibleByArgument {}

extension Method: ExpressibleByArgument {}
