/// All jobs of an experiment in the order in which they should start.
public struct Plan: Hashable, Sendable, Codable {
  /// The name of the experiment.
  public var name: String
  /// The jobs, each once and after the jobs on which it depends, the most expensive first.
  public var jobs: [PlannedJob]
  /// The scores for which the jobs' masks are used.
  public var scorings: [Scoring]

  /// The mode in which workers must compute: portable if any job requests it.
  public var numericMode: NumericMode {
    jobs.contains { $0.job.numerics.mode == .portable } ? .portable : .native
  }

  /// Creates an experiment of these jobs.
  public init(name: String, jobs: [PlannedJob], scorings: [Scoring] = []) {
    self.name = name
    self.jobs = jobs
    self.scorings = scorings
  }

  /// Appends the jobs of `later` that are not in this plan, and all of its scorings.
  public func followed(by later: Plan) -> Plan {
    let known = Set(jobs.map(\.id))
    return Plan(
      name: name, jobs: jobs + later.jobs.filter { !known.contains($0.id) },
      scorings: scorings + later.scorings)
  }
}
