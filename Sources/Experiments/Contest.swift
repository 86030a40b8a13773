import Jobs

/// Jobs, and what their masks are scored as.
struct Drafts {
  var jobs: [PlannedJob] = []
  var scorings: [Scoring] = []

  mutating func add(_ other: Drafts) {
    jobs += other.jobs
    scorings += other.scorings
  }
}

/// One method on one data set.
struct Contest {
  let method: Method
  let dataset: Dataset
  /// Of the data set in the configuration.
  let place: Int
  let configuration: ExperimentConfiguration

  /// The jobs for the report, on test images, with every seed.
  func report(under setting: Sweep.Setting?) throws -> Drafts {
    let train = try trainingCases(under: setting)
    var drafts = Drafts()
    for variant in variants(configuration.seeds, setting) {
      drafts.add(try variant.drafts(trainedOn: train, scoredOn: dataset.test, for: .report))
    }
    return drafts
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
    var drafts = Drafts()
    let seeds = configuration.seeds.prefix(configuration.sweep?.seeds ?? .max)
    for variant in variants(Array(seeds), setting) {
      for one in train {
        let others = train.filter { $0.id != one.id }
        drafts.add(try variant.drafts(trainedOn: others, scoredOn: [one], for: .choice))
      }
    }
    return drafts
  }

  private func settings(under setting: Sweep.Setting?) -> MethodSettings {
    configuration.settings(for: method, on: place, under: setting)
  }

  /// As many as the method is to be trained on, the first ones.
  private func trainingCases(under setting: Sweep.Setting?) throws -> [DatasetCase] {
    guard method.isTrained,
      let count = settings(under: setting).trainingCases
    else { return dataset.train }
    guard count <= dataset.train.count else {
      throw ExperimentError(
        .plan,
        "data set \(dataset.name) has \(dataset.train.count) training cases, and \(method.rawValue) "
          + "wants \(count): take a smaller `training.cases`")
    }
    return Array(dataset.train.prefix(count))
  }

  /// The method with each seed; once where it has no randomness.
  private func variants(_ seeds: [UInt64], _ setting: Sweep.Setting?) -> [Variant] {
    var settings = settings(under: setting)
    if !settings.hasOwnWindow { settings.preparation.window = dataset.window }
    return (method.isRandom ? seeds : Array(seeds.prefix(1))).map { seed in
      let isOneOfMany = method.isRandom && configuration.seeds.count > 1
      let notes = [setting?.name, isOneOfMany ? "seed \(seed)" : nil].compactMap { $0 }
      return Variant(
        dataset: dataset.name, draft: JobDraft(method: method, settings: settings, seed: seed),
        setting: setting?.name, seed: method.isRandom ? seed : nil,
        note: notes.isEmpty ? nil : notes.joined(separator: ", "))
    }
  }
}

/// A method under one setting with one seed, on a data set.
private struct Variant {
  let dataset: String
  let draft: JobDraft
  let setting: String?
  let seed: UInt64?
  let note: String?

  func drafts(
    trainedOn train: [DatasetCase], scoredOn scored: [DatasetCase], for purpose: Scoring.Purpose
  ) throws -> Drafts {
    guard draft.method.isTrained else {
      let jobs =
        draft.method.isRandom
        ? scored.evenParts(ofAtMost: draft.settings.fitsOfAJob).map { planned(draft.fit($0), $0) }
        : scored.map { planned(draft.solve($0), [$0]) }
      return Drafts(jobs: jobs, scorings: jobs.map { scoring($0, purpose) })
    }
    guard !train.isEmpty else {
      throw ExperimentError(
        .plan,
        "data set \(dataset) has no training case, but \(draft.method.rawValue) is trained; mark "
          + "cases with the split `train` or leave \(draft.method.rawValue) out of `methods`")
    }
    let training = planned(draft.train(train), train)
    let prediction = planned(draft.predict(scored, with: training.id), scored)
    return Drafts(jobs: [training, prediction], scorings: [scoring(prediction, purpose)])
  }

  private func planned(_ job: Job, _ cases: [DatasetCase]) -> PlannedJob {
    PlannedJob(
      job: job, dataset: dataset, cases: cases.map(\.id), note: note, cost: job.expectedSeconds)
  }

  private func scoring(_ planned: PlannedJob, _ purpose: Scoring.Purpose) -> Scoring {
    Scoring(
      job: planned.id, dataset: dataset, method: draft.method, cases: planned.cases,
      setting: setting, seed: seed, purpose: purpose)
  }
}
