import Dispatch
import Simulation
import Synchronization
import Testing

private let scenario = Scenario(jobs: 15, workers: 3)

/// The trials of these seeds that met a violation, in the order of the seeds.
private func violations(
  _ seeds: ClosedRange<UInt64>, in scenario: Scenario, planting bug: PlantedBug? = nil
) -> [Trial] {
  let found = Mutex<[Trial]>([])
  DispatchQueue.concurrentPerform(iterations: seeds.count) { index in
    let trial = Trial(scenario, seed: seeds.lowerBound + UInt64(index), planting: bug)
    if trial.violation != nil { found.withLock { $0.append(trial) } }
  }
  return found.withLock { $0.sorted { $0.seed < $1.seed } }
}

@Test(arguments: [(15, 3, 1500), (4, 1, 300), (60, 8, 60)])
func whateverFailsEveryJobIsDoneOnceOrDiscarded(jobs: Int, workers: Int, seeds: UInt64) {
  let scenario = Scenario(jobs: jobs, workers: workers)
  let time = ContinuousClock().measure {
    for trial in violations(1...seeds, in: scenario).prefix(1) {
      let story = Trial.told(scenario, seed: trial.seed).lines.joined(separator: "\n")
      Issue.record("seed \(trial.seed): \(trial.violation?.description ?? "")\n\(story)")
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
      Trial.told(scenario, seed: seed), Trial.told(scenario, seed: seed)
    )
    #expect(first.lines == second.lines)
    #expect(first.trial.events == second.trial.events)
    #expect(first.trial.events > 200)
  }
}

@Test func aStoryIsThatOfOneJob() {
  let (trial, lines) = Trial.told(scenario, seed: 3, job: 9)
  let label = scenario.labels[9]
  #expect(trial.violation == nil)
  #expect(lines.contains { $0.hasSuffix("\(label) is submitted") })
  #expect(lines.contains { $0.contains("\(label), attempt 1 goes to worker") })
  #expect(!lines.contains { $0.contains("\(scenario.labels[8]),") })
}

@Test func allKindsOfFaultsStrike() {
  let struck = (1...40).reduce(into: Set<Fault>()) { faults, seed in
    faults.formUnion(Trial(scenario, seed: UInt64(seed)).faults.keys)
  }
  #expect(struck == Set(Fault.allCases))
}
