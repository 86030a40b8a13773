import Jobs

/// The curve of one training or fit of a run.
public struct JobCurve: Hashable, Sendable {
  /// The name of the data set.
  public let dataset: String
  /// The method that was trained.
  public let method: Method
  /// The name of the method's setting; empty if it has only one, or if several share the job.
  public let setting: String
  /// The seed of the job's randomness.
  public let seed: UInt64
  /// The names of the cases on which the job trains.
  public let cases: [String]
  /// The job that recorded the curve.
  public let job: JobID
  /// True if the job contributes to a score of the report; other jobs judge the settings of a
  /// sweep.
  public let isReported: Bool
  /// The values of the loss and its parts by epoch.
  public let curve: TrainingCurve

  /// Creates the curve of a planned job.
  public init(
    _ curve: TrainingCurve, of planned: PlannedJob, setting: String, isReported: Bool
  ) {
    dataset = planned.dataset
    method = planned.job.method
    seed = planned.job.seed ?? 0
    cases = planned.cases
    job = planned.id
    self.setting = setting
    self.isReported = isReported
    self.curve = curve
  }
}

extension [JobCurve] {
  /// The curves as CSV, with one line for each epoch of each job:
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
    let columns = [
      dataset, method.rawValue, setting, String(seed), cases.joined(separator: " "),
      job.description,
    ]
    return curve.points.map { point in
      columns
        + [
          "\(point.epoch)", "\(point.loss)", "\(point.energy)", "\(point.regulariser)",
          "\(point.fit)",
        ]
    }
  }
}
