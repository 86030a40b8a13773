import ArgumentParser
import Runs
import Foundation
import Jobs

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a configuration would run.",
    discussion: "Example: dipper plan Config/quickstart.yaml")

  @Argument(help: "The experiment, a YAML file.") var configuration: String
  @Flag(help: "Print the whole plan as JSON.") var json = false

  func run() throws {
    let plan = try Experiment(configuration: URL(filePath: configuration)).plan
    try emit(json ? text(plan) : table(plan))
  }

  private func text(_ plan: Plan) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(plan), as: UTF8.self)
  }

  private func table(_ plan: Plan) -> String {
    let rows = plan.jobs.map { planned in
      let cases = "\(planned.cases.count) case\(planned.cases.count == 1 ? "" : "s")"
      let wait = planned.dependencies.first.map { ", after \($0.short)" } ?? ""
      let cost = String(format: "%7.1f s", planned.cost)
      return "\(planned.id.short)  \(cost)  \(planned.label), \(cases)\(wait)"
    }
    let total = plan.jobs.reduce(0) { $0 + $1.cost }
    let summary = String(
      format: "%d jobs, about %.0f min on one core", plan.jobs.count, (total / 60).rounded(.up))
    return (rows + [summary]).joined(separator: "\n")
  }
}
