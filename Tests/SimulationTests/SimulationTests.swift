import Dispatch
import Simulation
import Synchronization
import Testing

private let scenario = Scenario(jobs: 15, workers: 3)

/// Returns the runs of these seeds that broke a promise, in the order of the seeds.
private func violations(
  _ seeds: ClosedRange<UInt64>, in scenario: Scenario, planting bug: PlantedBug? = nil
) -> [SimulationRun] {
  let found = Mutex<[SimulationRun]>([])
  DispatchQueue.concurrentPerform(iterations: seeds.count) { index in
    let run = SimulationRun(scenario, seed: seeds.lowerBound + UInt64(index), planting: bug)
    if run.violation != nil { found.withLock { $0.append(run) } }
  }
  return found.withLock { $0.sorted { $0.seed < $1.seed } }
}

@Test(
  "whatever fails, every job is done once or discarded",
  arguments: [(15, 3, 1500), (4, 1, 300), (60, 8, 60)])
func keepsPromises(jobs: Int, workers: Int, seeds: UInt64) {
  let scenario = Scenario(jobs: jobs, workers: workers)
  let time = ContinuousClock().measure {
    for run in violations(1...seeds, in: scenario).prefix(1) {
      let story = SimulationRun.traced(scenario, seed: run.seed).lines.joined(separator: "\n")
      Issue.record("seed \(run.seed): \(run.violation?.description ?? "")\n\(story)")
    }
  }
  print("simulation: \(seeds) seeds of \(jobs) jobs on \(workers) workers in \(time)")
}

@Test("a planted bug is found", arguments: PlantedBug.allCases)
func findsPlantedBug(_ bug: PlantedBug) {
  #expect(!violations(1...300, in: scenario, planting: bug).isEmpty)
}

@Test("the same seed gives the same run") func isDeterministic() {
  for seed: UInt64 in [7, 11] {
    let first = SimulationRun.traced(scenario, seed: seed)
    let second = SimulationRun.traced(scenario, seed: seed)
    #expect(first.lines == second.lines)
    #expect(first.run.events == second.run.events)
    #expect(first.run.events > 200)
  }
}

@Test("the trace of a job tells about that job only") func tracesOneJob() {
  let traced = SimulationRun.traced(scenario, seed: 3, job: 9)
  let lines = traced.lines
  let label = scenario.labels[9]
  #expect(traced.run.violation == nil)
  #expect(lines.contains { $0.hasSuffix("\(label) is submitted") })
  #expect(lines.contains { $0.contains("\(label), attempt 1 goes to worker") })
  #expect(!lines.contains { $0.contains("\(scenario.labels[8]),") })
}

@Test("all kinds of faults occur") func drawsAllFaults() {
  let struck = (1...40).reduce(into: Set<Fault>()) { faults, seed in
    faults.formUnion(SimulationRun(scenario, seed: UInt64(seed)).faults.keys)
  }
  #expect(struck == Set(Fault.allCases))
}
