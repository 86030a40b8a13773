import Evaluation
import Jobs
import Scheduling

/// What the solutions of TV and elastica are worth as minimisers: `report/energies.csv`.
struct SolutionEnergies {
  /// A job's metrics that are told, in this order.
  private static let metrics = [
    "energy", "gap", "bound", "start_energy", "elastica_energy", "iterations", "converged",
  ]

  /// One line for each reported solution, in the order of the plan:
  /// `dataset,method,case,energy,gap,bound,start_energy,elastica_energy,iterations,converged,job,setting`.
  ///
  /// A field is empty where a model has no such number.
  let csv: String
  /// Whether there is none.
  let isEmpty: Bool

  init(_ plan: Plan, _ known: JobLedger) {
    let lines: [[String]] = plan.scorings.filter { $0.purpose == .report }.compactMap { scoring in
      guard let status = known.status(of: scoring.job), status.planned.job.kind == .solve,
        let done = status.completion?.result
      else { return nil }
      let values = Self.metrics.map { name in done.metrics[name].map { String($0) } ?? "" }
      return [scoring.dataset, scoring.method.rawValue, scoring.cases[0]] + values
        + [scoring.job.description, scoring.setting ?? ""]
    }
    isEmpty = lines.isEmpty
    csv = commaSeparated(
      [["dataset", "method", "case"] + Self.metrics + ["job", "setting"]] + lines)
  }
}
