/// The scores for which a job's masks are used. A job may have several of these, because one job
/// can serve several settings.
public struct Scoring: Hashable, Sendable, Codable {
  /// The use of scores.
  public enum Purpose: String, Hashable, Sendable, Codable {
    /// The choice of a sweep's setting, on training images.
    case choice
    /// The report, on test images.
    case report
  }

  /// The job that makes the masks.
  public var job: JobID
  /// The data set's name.
  public var dataset: String
  /// The method that is scored.
  public var method: Method
  /// The ids of the cases, in the order of the job's inputs.
  public var cases: [String]
  /// The name of the sweep's setting; nil without a sweep.
  public var setting: String?
  /// The seed; nil for a method without randomness.
  public var seed: UInt64?
  /// The use of the scores.
  public var purpose: Purpose

  /// Scores the masks of `job`, one for each of `cases`.
  public init(
    job: JobID, dataset: String, method: Method, cases: [String], setting: String?, seed: UInt64?,
    purpose: Purpose
  ) {
    self.job = job
    self.dataset = dataset
    self.method = method
    self.cases = cases
    self.setting = setting
    self.seed = seed
    self.purpose = purpose
  }
}
