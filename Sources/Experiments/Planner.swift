/// From a configuration and the digests of its data to jobs: a pure function.
public enum Planner {
  /// All jobs of an experiment, each once, the most expensive first, each after what it waits for.
  ///
  /// Only what a job's outcome depends on enters the job, so that equal work has an equal name.
  ///
  /// - Parameter selection: the settings that a sweep's `choicePlan` led to. A method without one is
  ///   left out.
  /// - Throws: `ExperimentError` of code `plan`: M1 to M4 without training cases, two data sets of
  ///   one name, or two cases of the same content.
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
    guard Set(datasets.map(\.name)).count == datasets.count else {
      throw ExperimentError(.plan, "two data sets have the same name; give one another name")
    }
    var all = Drafts()
    for dataset in datasets {
      for method in configuration.methods {
        let contest = Contest(method: method, dataset: dataset, configuration: configuration)
        for one in try drafts(contest) { all.add(one) }
      }
    }
    return Plan(name: configuration.name, jobs: try ordered(all.jobs), scorings: all.scorings)
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

/// Jobs, and what their masks are scored as.
private struct Drafts {
  var jobs: [PlannedJob] = []
  var scorings: [Scoring] = []

  mutating func add(_ other: Drafts) {
    jobs += other.jobs
    scorings += other.scorings
  }
}

/// One method on one data set.
private struct Contest {
  let method: Method
  let dataset: Dataset
  let configuration: ExperimentConfiguration

  /// The jobs for the report, on test images, with every seed.
  func report(under setting: Sweep.Setting?) throws -> Drafts {
    try withSeeds(configuration.seeds, setting) { draft, drafts, note, seed in
      try add(
        draft, trainedOn: try trainingCases(under: setting), scoredOn: dataset.test, .report,
        setting, note, seed, to: &drafts)
    }
  }

  /// As many as the method is to be trained on, the first ones.
  private func trainingCases(under setting: Sweep.Setting?) throws -> [DatasetCase] {
    guard method.isTrained,
      let count = configuration.settings(for: method, under: setting).trainingCases
    else { return dataset.train }
    guard count <= dataset.train.count else {
      throw ExperimentError(
        .plan,
        "data set \(dataset.name) has \(dataset.train.count) training cases, and \(method.rawValue) "
          + "wants \(count): take a smaller `training.cases`")
    }
    return Array(dataset.train.prefix(count))
  }

  /// The jobs that judge a setting, on training images.
  func choice(under setting: Sweep.Setting) throws -> Drafts {
    let train = try trainingCases(under: setting)
    guard !method.isTrained || train.count > 1 else {
      throw ExperimentError(
        .plan,
        "data set \(dataset.name) has \(train.count) training cases, and a sweep judges "
          + "\(method.rawValue) by leaving one out: it needs two; leave \(method.rawValue) out of "
          + "`methods`, or give its parameters and no `sweep`")
    }
    let seeds = configuration.seeds.prefix(configuration.sweep?.seeds ?? .max)
    return try withSeeds(Array(seeds), setting) { draft, drafts, note, seed in
      for one in train {
        let others = train.filter { $0.id != one.id }
        try add(
          draft, trainedOn: others, scoredOn: [one], .choice, setting, note, seed, to: &drafts)
      }
    }
  }

  private func withSeeds(
    _ seeds: [UInt64], _ setting: Sweep.Setting?,
    _ body: (JobDraft, inout Drafts, String?, UInt64?) throws -> Void
  ) rethrows -> Drafts {
    var settings = configuration.settings(for: method, under: setting)
    if !settings.hasOwnWindow { settings.preparation.window = dataset.window }
    var drafts = Drafts()
    for seed in method.isRandom ? seeds : Array(seeds.prefix(1)) {
      let isOneOfMany = method.isRandom && configuration.seeds.count > 1
      let notes = [setting?.name, isOneOfMany ? "seed \(seed)" : nil].compactMap { $0 }
      try body(
        JobDraft(method: method, settings: settings, seed: seed), &drafts,
        notes.isEmpty ? nil : notes.joined(separator: ", "), method.isRandom ? seed : nil)
    }
    return drafts
  }

  private func add(
    _ draft: JobDraft, trainedOn train: [DatasetCase], scoredOn scored: [DatasetCase],
    _ purpose: Scoring.Purpose, _ setting: Sweep.Setting?, _ note: String?, _ seed: UInt64?,
    to drafts: inout Drafts
  ) throws {
    func plan(_ job: Job, _ cases: [DatasetCase]) {
      let planned = PlannedJob(
        job: job, dataset: dataset.name, cases: cases.map(\.id), note: note,
        cost: job.expectedSeconds)
      drafts.jobs.append(planned)
      guard job.kind != .train else { return }
      drafts.scorings.append(
        Scoring(
          job: planned.id, dataset: dataset.name, method: method, cases: planned.cases,
          setting: setting?.name, seed: seed, purpose: purpose))
    }
    guard method.isTrained else {
      for one in scored { plan(method.isRandom ? draft.fit(one) : draft.solve(one), [one]) }
      return
    }
    guard !train.isEmpty else {
      throw ExperimentError(
        .plan,
        "data set \(dataset.name) has no training case, but \(method.rawValue) is trained; "
          + "mark cases with the split `train` or leave \(method.rawValue) out of `methods`")
    }
    let training = draft.train(train)
    plan(training, train)
    plan(draft.predict(scored, with: training.id), scored)
  }
}

/// Makes a method's jobs with exactly the parameters that each depends on.
private struct JobDraft {
  let method: Method
  let settings: MethodSettings
  let seed: UInt64

  private func job(_ kind: JobKind, _ cases: [DatasetCase], seed: UInt64) -> Job {
    var energy = settings.energy
    // Only loss (3) of M1 has the edge-weighted term.
    if method != .m1 || kind != .train {
      energy.mu = 0
      (energy.iota, energy.edgeSigma) = (0, 0)
    }
    var numerics = settings.numerics
    // Only networks in training have another precision than float32, and only networks are on cards.
    if kind == .predict || kind == .solve { numerics.precision = nil }
    if kind == .solve { numerics.device = nil }
    return Job(
      kind: kind, method: method, seed: seed, preparation: settings.preparation, energy: energy,
      numerics: numerics, inputs: cases.map(\.input))
  }

  func train(_ cases: [DatasetCase]) -> Job {
    var job = job(.train, cases, seed: seed)
    job.network = relevantNetwork
    job.training = relevantTraining
    return job
  }

  func predict(_ cases: [DatasetCase], with weights: JobID) -> Job {
    var job = job(.predict, cases, seed: 0)
    job.normalisation = settings.normalisation
    job.weights = weights
    return job
  }

  func fit(_ one: DatasetCase) -> Job {
    var job = job(.fit, [one], seed: seed)
    job.network = relevantNetwork
    job.training = relevantTraining
    return job
  }

  func solve(_ one: DatasetCase) -> Job {
    var job = job(.solve, [one], seed: 0)
    if method == .elastica {
      job.elastica = settings.elastica
    } else {
      job.totalVariation = settings.totalVariation
    }
    return job
  }

  private var usesVM: Bool { method.isTrained }
  private var usesDIP: Bool { [.m3, .m4, .deepImagePrior].contains(method) }

  private var relevantNetwork: NetworkParameters {
    var network = settings.network
    if !usesVM { (network.vmWidth, network.vmDepth) = (0, 0) }
    if method != .m4 { network.distanceInput = nil }
    if !usesDIP {
      (network.dipWidth, network.dipSkip, network.dipDepth, network.noiseChannels) = (0, 0, 0, 0)
    }
    return network
  }

  private var relevantTraining: TrainingParameters {
    var training = settings.training
    if !usesDIP { (training.noiseScale, training.noiseDeviation) = (0, 0) }
    if !(usesVM && usesDIP) { training.similarity = 0 }
    if usesVM { training.outputAveraging = 0 }
    return training
  }
}

extension Job {
  /// Seconds on one core, roughly: measured at 128 x 128 and scaled by pixels, widths and steps.
  fileprivate var expectedSeconds: Double {
    let pixels = Double(preparation.size * preparation.size) / Double(128 * 128)
    let cases = Double(inputs.count)
    switch kind {
    case .predict: return 0.05 * pixels * cases
    case .solve: return (method == .elastica ? 4 : 0.3) * pixels
    case .train, .fit:
      let vm = Double(network?.vmWidth ?? 0) / 16
      let dip = Double(network?.dipWidth ?? 0) / 32
      let step = 0.06 * pow2(vm) + 0.1 * dip * (0.5 + 0.5 * dip)
      return Double(training?.epochs ?? 0) * step * pixels * cases
    }
  }
}

private func pow2(_ value: Double) -> Double { value * value }
