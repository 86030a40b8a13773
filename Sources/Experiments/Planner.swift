import Jobs

/// From a configuration and the digests of its data to jobs: a pure function.
public enum Planner {
  /// All jobs of an experiment, each once, the most expensive first, each after what it waits for.
  ///
  /// Only what a job's outcome depends on enters the job, so that equal work has an equal name; and
  /// what its worker is to know besides: how often to leave checkpoints, with how many threads and in
  /// which precision to compute.
  ///
  /// - Parameters:
  ///   - datasets: those of the configuration, in its order.
  ///   - selection: the settings that a sweep's `choicePlan` led to. A method without one is left out.
  /// - Throws: `ExperimentError` of code `plan`: M1 to M4 without training cases, two data sets of
  ///   one name, two cases of the same content, or a sweep whose settings make no difference.
  public static func plan(
    _ configuration: ExperimentConfiguration, datasets: [Dataset], selection: Selection? = nil
  ) throws -> Plan {
    try gathered(configuration, datasets) { contest in
      guard let sweep = configuration.sweep else { return try [contest.report(under: nil)] }
      guard sweep.report == .chosen else {
        return try sweep.settings.map { try contest.report(under: $0) }
      }
      return try selection?[contest.dataset.name, contest.method].map {
        try [contest.report(under: $0)]
      } ?? []
    }
  }

  /// The jobs that judge a sweep's settings on the training images, or nil where none is to be chosen.
  ///
  /// M1 to M4 are judged by leaving one out: trained on all training images but one, they are scored on
  /// that one. The others are scored on every training image.
  ///
  /// - Throws: as `plan`; also where M1 to M4 have fewer than two training images.
  public static func choicePlan(
    _ configuration: ExperimentConfiguration, datasets: [Dataset]
  ) throws -> Plan? {
    guard let sweep = configuration.sweep, sweep.report == .chosen else { return nil }
    return try gathered(configuration, datasets) { contest in
      try sweep.settings.map { try contest.choice(under: $0) }
    }
  }

  private static func gathered(
    _ configuration: ExperimentConfiguration, _ datasets: [Dataset],
    _ drafts: (Contest) throws -> [Drafts]
  ) throws -> Plan {
    precondition(
      datasets.count == configuration.datasets.count, "each data set of the configuration")
    guard Set(datasets.map(\.name)).count == datasets.count else {
      throw ExperimentError(.plan, "two data sets have the same name; give one another name")
    }
    var (all, isInVain) = (Drafts(), true)
    for (place, dataset) in datasets.enumerated() {
      for method in configuration.methods {
        let contest = Contest(
          method: method, dataset: dataset, place: place, configuration: configuration)
        let bySetting = try drafts(contest)
        isInVain =
          isInVain && bySetting.count > 1 && Set(bySetting.map { $0.jobs.map(\.id) }).count == 1
        bySetting.forEach { all.add($0) }
      }
    }
    guard !isInVain else { throw vain(configuration) }
    return Plan(name: configuration.name, jobs: try ordered(all.jobs), scorings: all.scorings)
  }

  /// Of equals the first would be chosen, as if the sweep had said something.
  private static func vain(_ configuration: ExperimentConfiguration) -> ExperimentError {
    let methods = configuration.methods.map(\.rawValue).joined(separator: ", ")
    let setting = configuration.sweep?.settings.first?.name ?? ""
    return ExperimentError(
      .plan,
      "the settings of the sweep make no difference to \(methods): none of them depends on what "
        + "\(setting) and its like set")
  }

  /// Each once; longest first; what waits stands behind everything that does not.
  private static func ordered(_ jobs: [PlannedJob]) throws -> [PlannedJob] {
    var places: [JobID: Int] = [:]
    var unique: [PlannedJob] = []
    for job in jobs {
      guard let place = places[job.id] else {
        places[job.id] = unique.count
        unique.append(job)
        continue
      }
      let other = unique[place]
      guard (other.dataset, other.cases) == (job.dataset, job.cases) else {
        throw ExperimentError(
          .plan, "\(job.label) and \(other.label) are the same work: their files are equal")
      }
      // The same for several seeds or settings.
      if other.note != job.note { unique[place].note = nil }
    }
    return unique.enumerated().sorted { one, other in
      let (a, b) = (one.element, other.element)
      if a.dependencies.isEmpty != b.dependencies.isEmpty { return a.dependencies.isEmpty }
      return a.cost != b.cost ? a.cost > b.cost : one.offset < other.offset
    }.map(\.element)
  }
}

/// The settings of a sweep that were chosen, by data set and method.
public struct Selection: Hashable, Sendable {
  private var chosen: [String: [Method: Sweep.Setting]] = [:]

  /// Nothing is chosen yet.
  public init() {}

  /// What was chosen for a method on a data set, or nil.
  public subscript(dataset: String, method: Method) -> Sweep.Setting? {
    get { chosen[dataset]?[method] }
    set { chosen[dataset, default: [:]][method] = newValue }
  }
}
