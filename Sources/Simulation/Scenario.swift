import Jobs
import Scheduling

/// What every seed runs: an experiment of trainings, predictions that wait for them, and jobs of
/// one image. Some of them fail, and one takes its workers along.
public struct Scenario: Sendable {
  /// How many worker processes there are at a time.
  public let workers: Int
  /// The jobs' labels, in the order of the plan.
  public var labels: [String] { jobs.map(\.planned.label) }

  let jobs: [SimulatedJob]
  let planned: [PlannedJob]
  let places: [JobID: Int]
  /// The blobs that the coordinator has before anything runs.
  let given: Set<Digest>
  let settings: CoordinatorSettings

  /// An experiment of so many jobs on so many workers, both >= 1.
  public init(jobs count: Int, workers: Int) {
    self.workers = workers
    let trainings = (0..<max(1, count / 6)).map { Self.training($0, of: max(1, count / 6)) }
    let predictions = (0..<count / 3).map { number in
      let training = trainings[number % trainings.count].planned.id
      return Self.prediction(trainings.count + number, after: training)
    }
    let first = trainings.count + predictions.count
    let others = (first..<max(first, count)).map { Self.solution($0, place: $0 - first) }
    jobs = trainings + predictions + others
    planned = jobs.map(\.planned)
    places = Dictionary(
      uniqueKeysWithValues: planned.enumerated().map { ($0.element.id, $0.offset) })
    given = Set(planned.flatMap { $0.job.inputs.flatMap { [$0.image, $0.markers] } })
    settings = Self.patience
    let slots = min(workers, 4)
    end = jobs.reduce(Self.faultsEnd + .seconds(60)) {
      $0 + $1.longest(under: Self.patience) / slots
    }
  }

  /// The seconds from the start within which all faults strike.
  static let faultSeconds = 30.0
  /// The instant from which on nothing fails any more.
  static let faultsEnd = Instant.origin + .seconds(faultSeconds)

  /// When all must have ended: as if nothing were done before the last fault has passed, each job
  /// took all its attempts and as long as it can, and a deadly one silenced its worker each time.
  let end: Instant

  private static let patience = {
    var settings = CoordinatorSettings()
    settings.terms = LeaseTerms(heartbeat: .seconds(1), lease: .seconds(4))
    settings.maximumLosses = 4
    settings.shutdownGrace = .seconds(8)
    settings.auditShare = 0.3
    return settings
  }()

  // MARK: jobs

  /// Returns a case of its own for each job, since jobs with equal inputs and parameters are one job.
  private static func input(_ number: Int) -> CaseInput {
    CaseInput(
      image: SimulatedJob.blob("image \(number)").digest,
      markers: SimulatedJob.blob("markers \(number)").digest)
  }

  /// Where there are several, the last one fails, and what waits for it is orphaned.
  private static func training(_ number: Int, of count: Int) -> SimulatedJob {
    let fails = count > 1 && number == count - 1
    let job = TrainJob(
      basis: JobBasis(method: "M2"), inputs: [input(number)], seed: UInt64(number),
      network: VMNetParameters(), geometry: .markers, loss: .unregularised,
      training: TrainingParameters())
    return SimulatedJob(
      .train(job), number: number, steps: 10, temper: fails ? .failing : .sound)
  }

  private static func prediction(_ number: Int, after training: JobID) -> SimulatedJob {
    let job = PredictJob(
      basis: JobBasis(method: "M2"), inputs: [input(number)], weights: training, geometry: .markers,
      normalisation: .image)
    return SimulatedJob(.predict(job), number: number, steps: 2, temper: .sound)
  }

  private static func solution(_ number: Int, place: Int) -> SimulatedJob {
    let temper: SimulatedJob.Temper =
      switch place {
      case 1: .deadly
      case _ where place % 8 == 3: .hopeless
      case _ where place % 8 == 5: .failing
      default: .sound
      }
    let job = SolveJob(
      basis: JobBasis(method: "TV"), input: input(number),
      parameters: [NamedNumber(name: "mu", value: Double(number))])
    return SimulatedJob(.solve(job), number: number, steps: 5, temper: temper)
  }
}
