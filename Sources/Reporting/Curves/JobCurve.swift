import Jobs

/// The curve of one training or fit of an experiment.
public struct JobCurve: Hashable, Sendable {
  /// The name of the data set.
  public let dataset: String
  /// The method.
  public let method: Method
  /// The setting's name; empty where there is one only, or where several share the job.
  public let setting: String
  /// Of its randomness.
  public let seed: UInt64
  /// The images that it learns from.
  public let cases: [String]
  /// The job that is repeated.
  public let job: JobID
  /// Whether it is behind a score of the report; others judged the settings of a sweep.
  public let isReported: Bool
  /// Its values by epoch.
  public let curve: TrainingCurve

  /// The curve of a job that `planned` describes.
  public init(
    _ curve: TrainingCurve, of planned: PlannedJob, setting: String, isReported: Bool
  ) {
    (dataset, method, seed) = (planned.dataset, planned.job.method, planned.job.seed)
    (cases, job) = (planned.cases, planned.id)
    (self.setting, self.isReported, self.curve) = (setting, isReported, curve)
  }
}

extension [JobCurve] {
  /// One line for each epoch of each job:
  /// `dataset,method,setting,seed,cases,job,epoch,loss,energy,regulariser,fit`.
  public var csv: String {
    let heading = [
      "dataset", "method", "setting", "seed", "cases", "job", "epoch", "loss", "energy",
      "regulariser", "fit",
    ]
    return commaSeparated([heading] + flatMap(\.lines))
  }
}

extension JobCurve {
  fileprivate var lines: [[String]] {
    let place = [
      dataset, method.rawValue, setting, String(seed), cases.joined(separator: " "),
      job.description,
    ]
    return curve.points.map { point in
      place
        + [
          "\(point.epoch)", "\(point.loss)", "\(point.energy)", "\(point.regulariser)",
          "\(point.fit)",
        ]
    }
  }
}
