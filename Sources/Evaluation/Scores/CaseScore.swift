import Jobs

/// How well one method did on one test case, and who computed it.
public struct CaseScore: Hashable, Sendable, Codable {
  /// The data set's name.
  public var dataset: String
  /// The method scored.
  public var method: Method
  /// The case, unique in its data set.
  public var caseID: String
  /// `Overlap.dice`, in `[0, 1]`.
  public var dice: Double
  /// `Overlap.jaccard`, in `[0, 1]`.
  public var jaccard: Double
  /// Wall time that the mask took, in seconds, >= 0.
  public var seconds: Double
  /// The job that made the mask.
  public var job: JobID
  /// Which attempt at the job, from 1.
  public var attempt: Int
  /// The worker that finished it.
  public var worker: String
  /// `SurfaceDistance.hausdorff95`, mm, >= 0; nil where it is undefined, because a mask is empty.
  public var hausdorff95: Double?
  /// `SurfaceDistance.average`, mm, >= 0; nil where `hausdorff95` is.
  public var surfaceDistance: Double?
  /// The seed of the training or the fit; nil for a method without randomness.
  public var seed: UInt64?
  /// The name of the setting that the method had; empty where there is one only.
  public var setting: String

  /// One score.
  public init(
    dataset: String, method: Method, caseID: String, dice: Double, jaccard: Double,
    seconds: Double, job: JobID, attempt: Int, worker: String, hausdorff95: Double?,
    surfaceDistance: Double?, seed: UInt64?, setting: String = ""
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
    self.seed = seed
    self.setting = setting
  }
}

/// A score that is not there: its job was discarded or is not done yet.
public struct Hole: Hashable, Sendable, Codable {
  /// The data set's name.
  public var dataset: String
  /// The method without a score.
  public var method: Method
  /// The case, or nil for all cases of the data set.
  public var caseID: String?
  /// Why, for people.
  public var reason: String
  /// The seed of the training or the fit; nil for a method without randomness.
  public var seed: UInt64?
  /// The name of the setting; empty where there is one only.
  public var setting: String

  /// One missing score, or all of a method's.
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
