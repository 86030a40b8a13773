/// A job with its role in an experiment: the cases of its results and its expected cost.
public struct PlannedJob: Hashable, Sendable, Codable {
  /// The name of the job.
  public let id: JobID
  /// The job, shared by all copies.
  @Shared public var job: Job
  /// The name of the data set to which the cases belong.
  public var dataset: String
  /// The ids of the cases, in the order of `job.inputs`.
  public var cases: [String]
  /// The text that distinguishes the job from others of its label, such as `seed 2` or a setting of
  /// a sweep.
  public var note: String?
  /// The expected time on one core in seconds, by which jobs are ordered and the time left is
  /// estimated.
  public var cost: Double

  /// Plans a job and computes its name.
  public init(job: Job, dataset: String, cases: [String], note: String? = nil, cost: Double) {
    self.init(job: job, id: job.id, dataset: dataset, cases: cases, note: note, cost: cost)
  }

  /// Plans a job whose name the caller has already computed.
  ///
  /// - Precondition: `id` is the job's name.
  package init(
    job: Job, id: JobID, dataset: String, cases: [String], note: String?, cost: Double
  ) {
    self.id = id
    _job = Shared(wrappedValue: job)
    self.dataset = dataset
    self.cases = cases
    self.note = note
    self.cost = cost
  }

  /// The jobs that must be done before this one: a prediction waits for the training of its
  /// weights.
  public var dependencies: [JobID] { job.weights.map { [$0] } ?? [] }

  /// The job's name for the user: `lung M3 train`, `lung TV solve 0018`, `lung DIP fit 0018 and 7
  /// more`, `lung M3 train (seed 2)`.
  public var label: String {
    let note = note.map { " (\($0))" } ?? ""
    return "\(dataset) \(job.method) \(job.kind.rawValue)\(caseLabel)\(note)"
  }

  /// The cases, if the job does not have all cases of its data set.
  private var caseLabel: String {
    guard let first = cases.first else { return "" }
    if cases.count == 1 { return " \(first)" }
    return job.kind == .fit ? " \(first) and \(cases.count - 1) more" : ""
  }
}
