import Jobs
import Scheduling

/// The simulated run of one seed, and how it ended.
public struct SimulationRun: Sendable {
  /// The seed, which together with the scenario determines the whole run.
  public let seed: UInt64
  /// The promise that was broken, or nil if none was.
  public let violation: ProtocolViolation?
  /// The number of simulated events.
  public let events: Int
  /// The simulated time that the run took.
  public let duration: Duration
  /// The number of jobs that were done, and the number of all jobs.
  public let done: Int, jobs: Int
  /// The number of faults of each kind.
  public let faults: [Fault: Int]
  /// The number of coordinators that were started.
  public let coordinators: Int
  /// The number of workers that were started.
  public let workers: Int

  /// Runs one seed of the scenario, with a planted bug or without.
  public init(_ scenario: Scenario, seed: UInt64, planting bug: PlantedBug? = nil) {
    let cluster = SimulatedCluster(scenario, seed: seed, bug: bug, trace: nil)
    self.init(seed: seed, cluster, cluster.violation())
  }

  /// Runs one seed and returns the lines of its trace about one job, or the last lines about all
  /// jobs.
  public static func traced(
    _ scenario: Scenario, seed: UInt64, planting bug: PlantedBug? = nil, job: Int? = nil
  ) -> (run: SimulationRun, lines: [String]) {
    let cluster = SimulatedCluster(scenario, seed: seed, bug: bug, trace: Trace())
    let run = SimulationRun(seed: seed, cluster, cluster.violation())
    let id = job.map { scenario.planned[$0].id }
    let lines = id.map { cluster.trace?.lines(about: $0) } ?? cluster.trace?.last(60)
    return (run, lines ?? [])
  }

  private init(seed: UInt64, _ cluster: SimulatedCluster, _ violation: ProtocolViolation?) {
    self.seed = seed
    self.violation = violation
    events = cluster.events
    duration = cluster.now - Instant.origin
    faults = cluster.faults
    done = cluster.observer.jobs.count { $0.completion != nil }
    jobs = cluster.scenario.jobs.count
    coordinators = cluster.generations
    workers = cluster.workers.count
  }
}

extension SimulatedCluster {
  /// Runs to the end and returns the violation that ended the run, if any.
  fileprivate func violation() -> ProtocolViolation? {
    do {
      try run()
      return nil
    } catch let violation as ProtocolViolation {
      return violation
    } catch {
      return ProtocolViolation("\(error)")
    }
  }
}
