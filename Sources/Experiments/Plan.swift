/// A job in its place in an experiment: what its results are called and what it waits for.
public struct PlannedJob: Hashable, Sendable, Codable {
  /// The job's name.
  public let id: JobID
  /// The job.
  public let job: Job
  /// The name of the data set that its cases belong to.
  public var dataset: String
  /// The case ids, in the order of `job.inputs`.
  public var cases: [String]
  /// Expected seconds on one core, for ordering and for the time left; never part of the name.
  public var cost: Double

  /// A job in its place.
  public init(job: Job, dataset: String, cases: [String], cost: Double) {
    self.id = job.id
    self.job = job
    self.dataset = dataset
    self.cases = cases
    self.cost = cost
  }

  /// What must be done first: the training of a prediction's weights.
  public var dependencies: [JobID] { job.weights.map { [$0] } ?? [] }

  /// For people: `lung M3 train`, `lung TV solve 0018`.
  public var label: String {
    let one = cases.count == 1 ? " \(cases[0])" : ""
    return "\(dataset) \(job.method.rawValue) \(job.kind.rawValue)\(one)"
  }
}

/// Everything that an experiment will do, in the order in which it should start.
public struct Plan: Hashable, Sendable, Codable {
  /// The experiment's name.
  public var name: String
  /// Every job once; each after what it depends on, the most expensive first.
  public var jobs: [PlannedJob]

  /// What workers must offer: portable numbers where any job asks for them.
  public var numericMode: NumericMode {
    jobs.contains { $0.job.numerics.mode == .portable } ? .portable : .native
  }

  /// An experiment of these jobs.
  public init(name: String, jobs: [PlannedJob]) {
    self.name = name
    self.jobs = jobs
  }
}
