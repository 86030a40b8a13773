import Jobs
import Scheduling

/// The experiment that every seed runs. It has trainings, predictions that depend on them, and jobs
/// that solve one image. Some of the jobs fail, and one kills its workers.
public struct Scenario: Sendable {
  /// The number of worker processes that run at the same time.
  public let workers: Int
  /// The jobs' labels, in the order of the plan.
  public var labels: [String] { jobs.map(\.planned.label) }

  let jobs: [SimulatedJob]
  let planned: [PlannedJob]
  let indexByID: [JobID: Int]
  /// The blobs that the coordinator has before anything runs.
  let given: Set<Digest>
  let settings: CoordinatorSettings

  /// Creates an experiment with this number of jobs on this number of workers, both at least 1.
  public init(jobs count: Int, workers: Int) {
    self.workers = workers
    let trainings = (0..<max(1, count / 6)).map { Self.training($0, of: max(1, count / 6)) }
    let predictions = (0..<count / 3).map { number in
      let training = trainings[number % trainings.count].planned.id
      return Self.prediction(trainings.count + number, after: training)
    }
    let first = trainings.count + predictions.count
    let others = (first..<max(first, count)).map { Self.solution($0, index: $0 - first) }
    jobs = trainings + predictions + others
    planned = jobs.map(\.planned)
    indexByID = Dictionary(
      uniqueKeysWithValues: planned.enumerated().map { ($0.element.id, $0.offset) })
    given = Set(planned.flatMap { $0.job.inputs.flatMap { [$0.image, $0.markers] } })
    settings = Self.defaultSettings
    let slots = min(workers, 4)
    end = jobs.reduce(Self.faultsEnd + .seconds(60)) {
      $0 + $1.longest(under: Self.defaultSettings) / slots
    }
  }

  /// The seconds from the start within which all faults strike.
  static let faultSeconds = 30.0
  /// The instant after which no fault begins.
  static let faultsEnd = Instant.origin + .seconds(faultSeconds)

  /// The instant by which the run must have ended. It assumes that no job is done before the last
  /// fault has passed, that each job uses all its attempts and the longest time, and that a job
  /// that kills its worker does so each time.
  let end: Instant

  private static let defaultSettings = {
    var settings = CoordinatorSettings()
    settings.terms = LeaseTerms(heartbeat: .seconds(1), lease: .seconds(4))
    settings.maximumLosses = 4
    settings.shutdownGrace = .seconds(8)
    settings.auditShare = 0.3
    return settings
  }()

  // MARK: jobs

  /// Returns a different case for each job, because jobs with equal inputs and parameters are the
  /// same job.
  private static func input(_ number: Int) -> CaseInput {
    CaseInput(
      image: SimulatedJob.blob("image \(number)").digest,
      markers: SimulatedJob.blob("markers \(number)").digest)
  }

  /// Creates a training. If there are several, the last one fails and its predictions are
  /// discarded.
  private static func training(_ number: Int, of count: Int) -> SimulatedJob {
    let fails = count > 1 && number == count - 1
    let job = TrainJob(
      basis: JobBasis(method: "M2"), inputs: [input(number)], seed: UInt64(number),
      network: VMNetParameters(), geometry: .markers, loss: .unregularised,
      training: TrainingParameters())
    return SimulatedJob(
      .train(job), number: number, steps: 10, behaviour: fails ? .failsEachTime : .succeeds)
  }

  private static func prediction(_ number: Int, after training: JobID) -> SimulatedJob {
    let job = PredictJob(
      basis: JobBasis(method: "M2"), inputs: [input(number)], weights: training, geometry: .markers,
      normalisation: .image)
    return SimulatedJob(.predict(job), number: number, steps: 2, behaviour: .succeeds)
  }

  private static func solution(_ number: Int, index: Int) -> SimulatedJob {
    let behaviour: SimulatedJob.Behaviour =
      switch index {
      case 1: .killsWorker
      case _ where index % 8 == 3: .failsForGood
      case _ where index % 8 == 5: .failsEachTime
      default: .succeeds
      }
    let job = SolveJob(
      basis: JobBasis(method: "TV"), input: input(number),
      parameters: [NamedNumber(name: "mu", value: Double(number))])
    return SimulatedJob(.solve(job), number: number, steps: 5, behaviour: behaviour)
  }
}
