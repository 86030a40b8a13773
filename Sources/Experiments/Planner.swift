import Errors
import Jobs
import Methods

/// Plans the jobs of an experiment: a pure function of its configuration and the digests of its
/// data.
public enum Planner {
  /// Plans all jobs of an experiment, each once and after the jobs for which it waits, the most
  /// expensive first.
  ///
  /// A job contains everything on which its result depends, so that equal work has an equal name,
  /// and the interval of its checkpoints.
  ///
  /// - Parameters:
  ///   - configuration: The experiment.
  ///   - datasets: The data sets of the configuration, in its order.
  ///   - selection: The settings that were chosen by the results of a sweep's `choicePlan`. A
  ///     method without a setting is left out.
  /// - Throws: `DipperError` of code `planImpossible`: a trained method has no training cases, two
  ///   data sets have one name, two cases have the same content, or a sweep's settings make no
  ///   difference.
  public static func plan(
    _ configuration: ExperimentConfiguration, datasets: [Dataset], selection: Selection? = nil
  ) throws -> Plan {
    try gather(configuration, datasets: datasets) { entry in
      guard let sweep = configuration.sweep else { return try [entry.report(under: nil)] }
      guard sweep.report == .chosen else {
        return try sweep.settings.map { try entry.report(under: $0) }
      }
      return try selection?[entry.dataset.name, entry.method.name].map {
        try [entry.report(under: $0)]
      } ?? []
    }
  }

  /// Plans the jobs that judge a sweep's settings on the training images; nil if no setting is to
  /// be chosen.
  ///
  /// Trained methods are judged by leaving one out: trained on all training images but one, they
  /// are scored on that one. The others are scored on every training image.
  ///
  /// - Throws: The errors of `plan`; also `planImpossible` if a trained method has fewer than two
  ///   training images.
  public static func choicePlan(
    _ configuration: ExperimentConfiguration, datasets: [Dataset]
  ) throws -> Plan? {
    guard let sweep = configuration.sweep, sweep.report == .chosen else { return nil }
    return try gather(configuration, datasets: datasets) { entry in
      try sweep.settings.map { try entry.choice(under: $0) }
    }
  }

  /// Gathers the work of each method on each data set; `work` plans it for each setting.
  private static func gather(
    _ configuration: ExperimentConfiguration, datasets: [Dataset],
    work: (MethodPlanner) throws -> [PlannedWork]
  ) throws -> Plan {
    precondition(
      datasets.count == configuration.datasets.count, "each data set of the configuration")
    guard Set(datasets.map(\.name)).count == datasets.count else {
      throw DipperError(
        .planImpossible, "two data sets have the same name; give one another name")
    }
    var all = PlannedWork()
    var settingsMatter = false
    for (index, dataset) in datasets.enumerated() {
      for method in try configuration.methods.map(description) {
        let entry = MethodPlanner(
          method: method, dataset: dataset, index: index, configuration: configuration)
        let bySetting = try work(entry)
        let differs = Set(bySetting.map { $0.jobs.map(\.id) }).count > 1
        settingsMatter = settingsMatter || differs || bySetting.count <= 1
        for one in bySetting { all.append(one) }
      }
    }
    guard settingsMatter else { throw settingsMakeNoDifference(configuration) }
    return Plan(name: configuration.name, jobs: try order(all.jobs), scorings: all.scorings)
  }

  private static func description(of method: Method) throws -> MethodDescription {
    guard let description = MethodCatalogue[method] else {
      throw DipperError(
        .methodUnknown,
        "this release has no method \(method); it has "
          + MethodCatalogue.names.map(\.rawValue).joined(separator: ", "))
    }
    return description
  }

  /// If all settings produce the same jobs, choosing the first would wrongly look like a result.
  private static func settingsMakeNoDifference(
    _ configuration: ExperimentConfiguration
  ) -> DipperError {
    let methods = configuration.methods.map(\.rawValue).joined(separator: ", ")
    let setting = configuration.sweep?.settings.first?.name ?? ""
    return DipperError(
      .planImpossible,
      "the settings of the sweep make no difference to \(methods): none of them depends on the "
        + "parameters of \(setting); sweep others, or leave `sweep` out")
  }

  /// Lists each job once, the longest first; jobs that wait for others follow all jobs that do not.
  private static func order(_ jobs: [PlannedJob]) throws -> [PlannedJob] {
    var indices: [JobID: Int] = [:]
    var unique: [PlannedJob] = []
    for job in jobs {
      guard let index = indices[job.id] else {
        indices[job.id] = unique.count
        unique.append(job)
        continue
      }
      let other = unique[index]
      guard other.dataset == job.dataset, other.cases == job.cases else {
        throw DipperError(
          .planImpossible,
          "\(job.label) and \(other.label) are the same work: their files are equal"
        )
      }
      // The job is the same for several seeds or settings, so none of them is its note.
      if other.note != job.note { unique[index].note = nil }
    }
    return unique.enumerated().sorted { one, other in
      let isFirst = one.element.dependencies.isEmpty
      if isFirst != other.element.dependencies.isEmpty { return isFirst }
      if one.element.cost != other.element.cost { return one.element.cost > other.element.cost }
      return one.offset < other.offset
    }.map(\.element)
  }
}
