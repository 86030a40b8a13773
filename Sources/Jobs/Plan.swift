/// A job in its place in an experiment: what its results are called and what it waits for.
public struct PlannedJob: Hashable, Sendable, Codable {
  /// The job's name.
  public let id: JobID
  /// The job.
  @Shared public var job: Job
  /// The name of the data set that its cases belong to.
  public var dataset: String
  /// The case ids, in the order of `job.inputs`.
  public var cases: [String]
  /// What tells it from others of its label: `seed 2`, a setting of a sweep; nil where nothing must.
  public var note: String?
  /// Expected seconds on one core, for ordering and for the time left; never part of the name.
  public var cost: Double

  /// A job in its place.
  public init(job: Job, dataset: String, cases: [String], note: String? = nil, cost: Double) {
    self.id = job.id
    _job = Shared(wrappedValue: job)
    self.dataset = dataset
    self.cases = cases
    self.note = note
    self.cost = cost
  }

  /// What must be done first: the training of a prediction's weights.
  public var dependencies: [JobID] { job.weights.map { [$0] } ?? [] }

  /// For people: `lung M3 train`, `lung TV solve 0018`, `lung DIP fit 0018 and 7 more`,
  /// `lung M3 train (seed 2)`.
  public var label: String {
    let note = note.map { " (\($0))" } ?? ""
    return "\(dataset) \(job.method.rawValue) \(job.kind.rawValue)\(some)\(note)"
  }

  /// The cases, where a job of the kind does not have all.
  private var some: String {
    if cases.count == 1 { return " \(cases[0])" }
    return job.kind == .fit ? " \(cases[0]) and \(cases.count - 1) more" : ""
  }
}

/// What the masks of a job are scored as. One job may be scored more than once: without randomness it
/// is the same for every seed.
public struct Scoring: Hashable, Sendable, Codable {
  /// What the scores are for.
  public enum Purpose: String, Hashable, Sendable, Codable {
    /// The choice of a setting, on training images.
    case choice
    /// The report, on test images.
    case report
  }

  /// The job that makes the masks.
  public var job: JobID
  /// The data set's name.
  public var dataset: String
  /// The method.
  public var method: Method
  /// The case ids, in the order of the job's inputs.
  public var cases: [String]
  /// The name of the sweep's setting; nil without a sweep.
  public var setting: String?
  /// The seed; nil for a method without randomness.
  public var seed: UInt64?
  /// What the scores are for.
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

/// Everything that an experiment will do, in the order in which it should start.
public struct Plan: Hashable, Sendable, Codable {
  /// The experiment's name.
  public var name: String
  /// Every job once; each after what it depends on, the most expensive first.
  public var jobs: [PlannedJob]
  /// What becomes of their masks.
  public var scorings: [Scoring]

  /// What workers must offer: portable numbers where any job asks for them.
  public var numericMode: NumericMode {
    jobs.contains { $0.job.numerics.mode == .portable } ? .portable : .native
  }

  /// An experiment of these jobs.
  public init(name: String, jobs: [PlannedJob], scorings: [Scoring] = []) {
    self.name = name
    self.jobs = jobs
    self.scorings = scorings
  }

  /// What to call a job before people.
  public func label(of id: JobID) -> String {
    jobs.first { $0.id == id }?.label ?? id.short
  }

  /// This plan, and after it what `later` has besides.
  public func followed(by later: Plan) -> Plan {
    let known = Set(jobs.map(\.id))
    return Plan(
      name: name, jobs: jobs + later.jobs.filter { !known.contains($0.id) },
      scorings: scorings + later.scorings)
  }
}
