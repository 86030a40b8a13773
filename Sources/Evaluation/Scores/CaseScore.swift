import Experiments

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

  /// One score.
  public init(
    dataset: String, method: Method, caseID: String, dice: Double, jaccard: Double,
    seconds: Double, job: JobID, attempt: Int, worker: String
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
  }
}

/// A score that is not there: its job was set aside or is not done yet.
public struct Hole: Hashable, Sendable, Codable {
  /// The data set's name.
  public var dataset: String
  /// The method without a score.
  public var method: Method
  /// The case, or nil for all cases of the data set.
  public var caseID: String?
  /// Why, for people.
  public var reason: String

  /// One missing score, or all of a method's.
  public init(dataset: String, method: Method, caseID: String?, reason: String) {
    self.dataset = dataset
    self.method = method
    self.caseID = caseID
    self.reason = reason
  }
}
