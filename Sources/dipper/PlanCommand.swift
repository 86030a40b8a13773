import ArgumentParser
import Foundation
import Jobs
import Runs

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "List the jobs of a configuration, without running them.",
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
      let cases = counted(planned.cases.count, "case")
      let wait = planned.dependencies.first.map { ", after \($0.short)" } ?? ""
      let cost = String(format: "%7.1f s", planned.cost)
      return "\(planned.id.short)  \(cost)  \(planned.label), \(cases)\(wait)"
    }
    let total = plan.jobs.reduce(0) { $0 + $1.cost }
    let minutes = String(format: "%.0f", (total / 60).rounded(.up))
    let summary = "\(counted(plan.jobs.count, "job")), about \(minutes) min on one core"
    return (rows + [summary]).joined(separator: "\n")
  }
}
