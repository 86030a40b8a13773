import Jobs
import Scheduling

/// One seed's run and how it ended.
public struct Trial: Sendable {
  /// The seed, which with the scenario determines all that follows.
  public let seed: UInt64
  /// What must not happen and did; nil in a good run.
  public let violation: Violation?
  /// How many events there were.
  public let events: Int
  /// How long the simulated time is.
  public let duration: Duration
  /// Jobs that were done, and all jobs.
  public let done: Int, jobs: Int
  /// What went wrong, and how often.
  public let faults: [Fault: Int]
  /// How often a coordinator started.
  public let coordinators: Int
  /// How many workers there were.
  public let workers: Int

  /// Runs one seed.
  public init(_ scenario: Scenario, seed: UInt64, planting bug: PlantedBug? = nil) {
    let cluster = SimulatedCluster(scenario, seed: seed, bug: bug, story: nil)
    self.init(seed: seed, cluster, cluster.violation())
  }

  /// Runs one seed and tells the life of one job, or without one the last lines of all.
  public static func told(
    _ scenario: Scenario, seed: UInt64, planting bug: PlantedBug? = nil, job: Int? = nil
  ) -> (trial: Trial, lines: [String]) {
    let cluster = SimulatedCluster(scenario, seed: seed, bug: bug, story: Story())
    let trial = Trial(seed: seed, cluster, cluster.violation())
    let id = job.map { scenario.planned[$0].id }
    let lines = id.map { cluster.story?.life(of: $0) } ?? cluster.story?.last(60)
    return (trial, lines ?? [])
  }

  private init(seed: UInt64, _ cluster: SimulatedCluster, _ violation: Violation?) {
    (self.seed, self.violation) = (seed, violation)
    (events, duration, faults) = (cluster.events, cluster.now - Instant.origin, cluster.faults)
    done = cluster.observer.jobs.count { $0.completion != nil }
    jobs = cluster.scenario.jobs.count
    (coordinators, workers) = (cluster.lives, cluster.workers.count)
  }
}

extension SimulatedCluster {
  /// Runs to the end or to the violation.
  fileprivate func violation() -> Violation? {
    do {
      try run()
      return nil
    } catch let violation as Violation {
      return violation
    } catch {
      return Violation("\(error)")
    }
  }
}
