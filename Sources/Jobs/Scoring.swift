/// The scores that a job's masks count as. One job may count more than once: a method without randomness
/// has one job for all seeds.
public struct Scoring: Hashable, Sendable, Codable {
  /// The use that scores are put to.
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
  /// The use that the scores are put to.
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
