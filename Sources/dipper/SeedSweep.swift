import Dispatch
import Simulation
import Synchronization

/// A sweep over many seeds of one scenario, on several threads.
struct SeedSweep {
  let scenario: Scenario
  let bug: PlantedBug?
  let threads: Int

  /// The sums over all runs.
  struct Totals {
    var seeds = 0
    var events = 0
    var hours = 0.0
    var faults = 0
    var coordinators = 0
  }

  /// Runs `count` seeds from `first` on. It stops after the batch with the first violation, and
  /// returns the run with the lowest seed among those that have one. The result does not depend on
  /// the order in which the threads finish.
  func run(
    from first: UInt64, count: Int, progress: (Totals) -> Void
  ) -> (totals: Totals, failure: SimulationRun?) {
    var totals = Totals()
    var next = first
    let end = first + UInt64(count)
    while next < end {
      let batch = min(UInt64(threads * 50), end - next)
      let runs = run(next..<next + batch)
      for run in runs {
        totals.add(run)
        if run.violation != nil { return (totals, run) }
      }
      next += batch
      progress(totals)
    }
    return (totals, nil)
  }

  /// Runs these seeds and returns the runs in the order of the seeds.
  private func run(_ seeds: Range<UInt64>) -> [SimulationRun] {
    let runs = Mutex<[SimulationRun]>([])
    DispatchQueue.concurrentPerform(iterations: min(threads, seeds.count)) { thread in
      var own: [SimulationRun] = []
      for seed in stride(from: seeds.lowerBound + UInt64(thread), to: seeds.upperBound, by: threads)
      {
        own.append(SimulationRun(scenario, seed: seed, planting: bug))
      }
      runs.withLock { $0 += own }
    }
    return runs.withLock { $0.sorted { $0.seed < $1.seed } }
  }
}

extension SeedSweep.Totals {
  fileprivate mutating func add(_ run: SimulationRun) {
    seeds += 1
    events += run.events
    hours += run.duration / .seconds(3600)
    faults += run.faults.values.reduce(0, +)
    coordinators += run.coordinators
  }
}
