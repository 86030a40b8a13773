import Evaluation
import Jobs
import Runs
import Scheduling

/// The energies and gaps that the solvers reached, for the file `report/energies.csv`.
struct SolutionEnergies {
  /// The job metrics that become columns, in this order.
  private static let metrics = [
    "energy", "gap", "bound", "start_energy", "elastica_energy", "iterations", "converged",
  ]

  /// The file's contents, with one line for each reported solution in the order of the plan:
  /// `dataset,method,case,energy,gap,bound,start_energy,elastica_energy,iterations,converged,job,setting`.
  ///
  /// A field is empty if the method has no such number.
  let csv: String
  /// True if no solution is reported.
  let isEmpty: Bool

  init(of plan: Plan, history: RunHistory) {
    let lines: [[String]] = plan.scorings.filter { $0.purpose == .report }.compactMap { scoring in
      guard let status = history.status(of: scoring.job), status.planned.job.kind == .solve,
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
