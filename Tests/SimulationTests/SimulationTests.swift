import Dispatch
import Simulation
import Synchronization
import Testing

private let scenario = Scenario(jobs: 15, workers: 3)

/// The runs of these seeds that met a violation, in the order of the seeds.
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

@Test(arguments: [(15, 3, 1500), (4, 1, 300), (60, 8, 60)])
func whateverFailsEveryJobIsDoneOnceOrDiscarded(jobs: Int, workers: Int, seeds: UInt64) {
  let scenario = Scenario(jobs: jobs, workers: workers)
  let time = ContinuousClock().measure {
    for run in violations(1...seeds, in: scenario).prefix(1) {
      let story = SimulationRun.traced(scenario, seed: run.seed).lines.joined(separator: "\n")
      Issue.record("seed \(run.seed): \(run.violation?.description ?? "")\n\(story)")
    }
  }
  print("simulation: \(seeds) seeds of \(jobs) jobs on \(workers) workers in \(time)")
}

@Test(arguments: PlantedBug.allCases)
func aPlantedBugIsFound(_ bug: PlantedBug) {
  #expect(!violations(1...300, in: scenario, planting: bug).isEmpty)
}

@Test func theSameSeedTellsTheSameStory() {
  for seed: UInt64 in [7, 11] {
    let (first, second) = (
      SimulationRun.traced(scenario, seed: seed), SimulationRun.traced(scenario, seed: seed)
    )
    #expect(first.lines == second.lines)
    #expect(first.run.events == second.run.events)
    #expect(first.run.events > 200)
  }
}

@Test func aStoryIsThatOfOneJob() {
  let (run, lines) = SimulationRun.traced(scenario, seed: 3, job: 9)
  let label = scenario.labels[9]
  #expect(run.violation == nil)
  #expect(lines.contains { $0.hasSuffix("\(label) is submitted") })
  #expect(lines.contains { $0.contains("\(label), attempt 1 goes to worker") })
  #expect(!lines.contains { $0.contains("\(scenario.labels[8]),") })
}

@Test func allKindsOfFaultsStrike() {
  let struck = (1...40).reduce(into: Set<Fault>()) { faults, seed in
    faults.formUnion(SimulationRun(scenario, seed: UInt64(seed)).faults.keys)
  }
  #expect(struck == Set(Fault.allCases))
}
