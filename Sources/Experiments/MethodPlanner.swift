import Errors
import Jobs
import Methods

/// The planned jobs of some methods, and the scores for which their masks are used.
struct PlannedWork {
  var jobs: [PlannedJob] = []
  var scorings: [Scoring] = []

  mutating func append(_ other: PlannedWork) {
    jobs += other.jobs
    scorings += other.scorings
  }
}

/// Plans the jobs of one method on one data set.
struct MethodPlanner {
  let method: MethodDescription
  let dataset: Dataset
  /// The index of the data set in the configuration.
  let index: Int
  let configuration: ExperimentConfiguration

  /// Plans the jobs of the report, which segment the test images with every seed.
  func report(under setting: Sweep.Setting?) throws -> PlannedWork {
    let train = try trainingCases(under: setting)
    var work = PlannedWork()
    for variant in variants(configuration.seeds, setting: setting) {
      work.append(try variant.work(trainedOn: train, scoredOn: dataset.test, for: .report))
    }
    return work
  }

  /// Plans the jobs that judge a setting on training images.
  func choice(under setting: Sweep.Setting) throws -> PlannedWork {
    let train = try trainingCases(under: setting)
    guard !method.isTrained || train.count > 1 else {
      throw DipperError(
        .planImpossible,
        "data set \(dataset.name) has \(counted(train.count, of: "training case")), and a sweep judges "
          + "\(method.name) by leaving one out: it needs two; leave \(method.name) out of "
          + "`methods`, or give its parameters and no `sweep`")
    }
    var work = PlannedWork()
    let seeds = configuration.seeds.prefix(configuration.sweep?.seeds ?? .max)
    for variant in variants(Array(seeds), setting: setting) {
      for one in train {
        let others = train.filter { $0.id != one.id }
        work.append(try variant.work(trainedOn: others, scoredOn: [one], for: .choice))
      }
    }
    return work
  }

  private func settings(under setting: Sweep.Setting?) -> MethodSettings {
    configuration.settings(for: method.name, on: index, under: setting)
  }

  /// Returns the first training cases, in the number that the configuration demands for the method.
  private func trainingCases(under setting: Sweep.Setting?) throws -> [DatasetCase] {
    guard method.isTrained, let count = settings(under: setting).trainingCases else {
      return dataset.train
    }
    guard count <= dataset.train.count else {
      throw DipperError(
        .planImpossible,
        "data set \(dataset.name) has \(counted(dataset.train.count, of: "training case")), and "
          + "\(method.name) wants \(count): take a smaller `training.cases`")
    }
    return Array(dataset.train.prefix(count))
  }

  /// Returns the method with each seed, or once if it has no randomness.
  private func variants(_ seeds: [UInt64], setting: Sweep.Setting?) -> [MethodVariant] {
    var settings = settings(under: setting)
    if !settings.hasOwnWindow { settings.preparation.window = dataset.window }
    return (method.isRandom ? seeds : Array(seeds.prefix(1))).map { seed in
      let isOneOfMany = method.isRandom && configuration.seeds.count > 1
      let notes = [setting?.name, isOneOfMany ? "seed \(seed)" : nil].compactMap { $0 }
      return MethodVariant(
        dataset: dataset.name, draft: JobDraft(method: method, settings: settings, seed: seed),
        setting: setting?.name, seed: method.isRandom ? seed : nil,
        note: notes.isEmpty ? nil : notes.joined(separator: ", "))
    }
  }
}

/// A method under one setting with one seed, on a data set.
private struct MethodVariant {
  let dataset: String
  let draft: JobDraft
  let setting: String?
  let seed: UInt64?
  let note: String?

  func work(
    trainedOn train: [DatasetCase], scoredOn scored: [DatasetCase], for purpose: Scoring.Purpose
  ) throws -> PlannedWork {
    switch draft.method.procedure {
    case .trained(let training):
      return try self.training(training, on: train, scoredOn: scored, for: purpose)
    case .fitted:
      let chunks = scored.evenlyChunked(ofAtMost: draft.settings.mostFitsPerJob)
      return work(chunks.map { planned(.fit(draft.fit($0)), cases: $0) }, for: purpose)
    case .solved(let solver):
      let jobs = scored.map { planned(.solve(draft.solve($0, by: solver)), cases: [$0]) }
      return work(jobs, for: purpose)
    }
  }

  private func training(
    _ training: NetworkTraining, on train: [DatasetCase], scoredOn scored: [DatasetCase],
    for purpose: Scoring.Purpose
  ) throws -> PlannedWork {
    guard !train.isEmpty else {
      throw DipperError(
        .planImpossible,
        "data set \(dataset) has no training case, but \(draft.method.name) is trained; mark "
          + "cases with the split `train` or leave \(draft.method.name) out of `methods`")
    }
    let first = planned(.train(draft.train(train, as: training)), cases: train)
    let prediction = planned(
      .predict(draft.predict(scored, as: training, weights: first.id)), cases: scored)
    return PlannedWork(jobs: [first, prediction], scorings: [scoring(prediction, for: purpose)])
  }

  private func work(_ jobs: [PlannedJob], for purpose: Scoring.Purpose) -> PlannedWork {
    PlannedWork(jobs: jobs, scorings: jobs.map { scoring($0, for: purpose) })
  }

  private func planned(_ job: Job, cases: [DatasetCase]) -> PlannedJob {
    PlannedJob(
      job: job, dataset: dataset, cases: cases.map(\.id), note: note, cost: job.expectedSeconds)
  }

  private func scoring(_ planned: PlannedJob, for purpose: Scoring.Purpose) -> Scoring {
    Scoring(
      job: planned.id, dataset: dataset, method: draft.method.name, cases: planned.cases,
      setting: setting, seed: seed, purpose: purpose)
  }
}

/// Returns a number with its noun, such as `1 training case` or `2 training cases`.
private func counted(_ count: Int, of noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
