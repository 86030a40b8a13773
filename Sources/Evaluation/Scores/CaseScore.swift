import Imaging
import Jobs

/// The scores of one method on one test case, with the attempt that computed its mask.
public struct CaseScore: Hashable, Sendable, Codable {
  /// The name of the data set.
  public var dataset: String
  /// The method that made the mask.
  public var method: Method
  /// The case's id, unique in its data set.
  public var caseID: String
  /// The Dice coefficient of mask and ground truth (`Overlap.dice`), in `[0, 1]`.
  public var dice: Double
  /// The Jaccard index of mask and ground truth (`Overlap.jaccard`), in `[0, 1]`.
  public var jaccard: Double
  /// The wall time that computing the mask took, in seconds, >= 0; a number because score files
  /// hold it.
  public var seconds: Double
  /// The job that made the mask.
  public var job: JobID
  /// The number of the successful attempt at the job, counted from 1.
  public var attempt: Int
  /// The name of the worker that finished the job.
  public var worker: String
  /// The 95th percentile Hausdorff distance (`SurfaceDistance.hausdorff95`), >= 0; nil if a mask is
  /// empty.
  public var hausdorff95: Double?
  /// The average symmetric surface distance (`SurfaceDistance.average`), >= 0; nil if
  /// `hausdorff95` is.
  public var surfaceDistance: Double?
  /// The unit of both distances, the same for all cases of a data set.
  public var distanceUnit: LengthUnit
  /// The seed of the training or the fit; nil for a method without randomness.
  public var seed: UInt64?
  /// The name of the method's setting; empty if it has only one.
  public var setting: String

  /// Creates the scores of one case.
  public init(
    dataset: String, method: Method, caseID: String, dice: Double, jaccard: Double,
    seconds: Double, job: JobID, attempt: Int, worker: String, hausdorff95: Double?,
    surfaceDistance: Double?, distanceUnit: LengthUnit = .millimetre, seed: UInt64?,
    setting: String = ""
  ) {
    self.dataset = dataset
    self.method = method
    self.caseID = caseID
    self.dice = dice
    self.jaccard = jaccard
    self.seconds = seconds
    self.job = job
    self.attempt = attempt
    self.worker = worker
    self.hausdorff95 = hausdorff95
    self.surfaceDistance = surfaceDistance
    self.distanceUnit = distanceUnit
    self.seed = seed
    self.setting = setting
  }
}

/// A score of an experiment that is missing because its job was discarded or is not done yet.
public struct MissingScore: Hashable, Sendable, Codable {
  /// The name of the data set.
  public var dataset: String
  /// The method whose score is missing.
  public var method: Method
  /// The case's id, or nil if the scores of all cases of the data set are missing.
  public var caseID: String?
  /// The reason, in words for the user.
  public var reason: String
  /// The seed of the training or the fit; nil for a method without randomness.
  public var seed: UInt64?
  /// The name of the method's setting; empty if it has only one.
  public var setting: String

  /// Records that one score is missing, or all scores of a method on a data set.
  public init(
    dataset: String, method: Method, caseID: String?, reason: String, seed: UInt64? = nil,
    setting: String = ""
  ) {
    self.dataset = dataset
    self.method = method
    self.caseID = caseID
    self.reason = reason
    self.seed = seed
    self.setting = setting
  }
}
