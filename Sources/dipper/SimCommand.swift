import ArgumentParser
import Foundation
import Simulation

struct SimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sim",
    abstract: "Run the coordinator and its workers in a simulated network that fails.",
    discussion: """
      Example: dipper sim --seed 1 --seeds 1000

      The state machines are the real ones; messages, clocks, disks and processes are simulated. All
      faults follow from the seed, so the same seed gives the same run. If a run violates a promise,
      its seed and last events are printed; --story prints the events of one job.

      Planted bugs, with which the simulation is tested: \(PlantedBug.names).
      """)

  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "The number of seeds to run.") var seeds = 1
  @Option(help: "The number of jobs of the simulated experiment.") var jobs = 15
  @Option(help: "The number of workers at a time.") var workers = 3
  @Option(help: ArgumentHelp("Print the events of the job of this number.", valueName: "job"))
  var story: Int?
  @Option(help: ArgumentHelp("Plant this bug in the protocol.", valueName: "bug"))
  var plant: PlantedBug?
  @Flag(help: "Plant every bug in turn; each must be found within --seeds seeds.")
  var selfTest = false
  @Option(name: .customShort("j"), help: "The number of threads (default: one for each core).")
  var threads: Int?
  @Flag(help: "Print the figures as JSON.") var json = false

  func validate() throws {
    guard (1...1_000_000_000).contains(seeds), seed < UInt64.max / 2 else {
      throw ValidationError("--seeds must be from 1 to 1000000000 and --seed below 2^63")
    }
    guard (1...100_000).contains(jobs) else {
      throw ValidationError("--jobs must be from 1 to 100000, not \(jobs)")
    }
    guard (1...1000).contains(workers) else {
      throw ValidationError("--workers must be from 1 to 1000, not \(workers)")
    }
    if let story, !(0..<jobs).contains(story) {
      throw ValidationError("--story must be a job from 0 to \(jobs - 1), not \(story)")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("-j must be from 1 to 1024, not \(threads)")
    }
  }

  func run() throws {
    let scenario = Scenario(jobs: jobs, workers: workers)
    if selfTest { return try plantAll(in: scenario) }
    if story != nil || seeds == 1 { return try tell(scenario, seed: seed) }
    try sweep(scenario)
  }

  private func sweep(_ scenario: Scenario, planting bug: PlantedBug?) -> SeedSweep {
    SeedSweep(
      scenario: scenario, bug: bug,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  // MARK: one seed

  /// Runs one seed and prints a summary. Prints the events of a job before it if `--story` names
  /// one, and the last events if a promise was broken.
  private func tell(_ scenario: Scenario, seed: UInt64) throws {
    let (run, lines) = SimulationRun.traced(scenario, seed: seed, planting: plant, job: story)
    if story != nil || run.violation != nil { try emit(lines.joined(separator: "\n")) }
    try emit(summary(run))
    if run.violation != nil { throw ExitCode(1) }
  }

  private func summary(_ run: SimulationRun) -> String {
    let faults = run.faults.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value) x \($0.key.rawValue)" }
    return """
      seed \(run.seed): \(run.events) events in \(decimals(run.duration / .seconds(1), count: 1)) simulated seconds, \
      \(run.coordinators) coordinators, \(run.workers) workers
      faults: \(faults.isEmpty ? "none" : faults.joined(separator: ", "))
      jobs: \(run.done) of \(run.jobs) done
      \(run.violation.map { "VIOLATION: \($0)" } ?? "no violation")
      """
  }

  // MARK: many seeds

  private func sweep(_ scenario: Scenario) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var told = start
    let (totals, failure) = sweep(scenario, planting: plant).run(from: seed, count: seeds) {
      totals in
      guard clock.now - told > .seconds(10) else { return }
      told = clock.now
      say("\(totals.seeds) of \(seeds) seeds, no violation")
    }
    let time = clock.now - start
    try emit(
      json ? figuresAsJSON(totals, failure: failure, time: time) : figures(totals, time: time))
    guard let failure else { return }
    say("seed \(failure.seed) breaks a promise: \(failure.violation?.description ?? "")")
    say("replay it with: dipper sim --seed \(failure.seed) \(scenarioOptions)")
    throw ExitCode(1)
  }

  private var scenarioOptions: String {
    "--jobs \(jobs) --workers \(workers)" + (plant.map { " --plant \($0.rawValue)" } ?? "")
  }

  private func figures(_ totals: SeedSweep.Totals, time: Duration) -> String {
    let seconds = time / .seconds(1)
    return """
      \(totals.seeds) seeds in \(decimals(seconds, count: 1)) s: \
      \(decimals(Double(totals.seeds) / seconds, count: 0)) seeds a second
      \(totals.events) events, \(decimals(totals.hours, count: 1)) simulated hours, \(totals.faults) faults, \
      \(totals.coordinators) starts of a coordinator
      """
  }

  private func figuresAsJSON(
    _ totals: SeedSweep.Totals, failure: SimulationRun?, time: Duration
  ) -> String {
    let seconds = time / .seconds(1)
    let failing = failure.map { "\($0.seed)" } ?? "null"
    return """
      {"seeds": \(totals.seeds), "seconds": \(decimals(seconds, count: 3)), "events": \(totals.events), \
      "simulated_hours": \(decimals(totals.hours, count: 3)), "faults": \(totals.faults), \
      "coordinators": \(totals.coordinators), "failing_seed": \(failing)}
      """
  }

  // MARK: planted bugs

  private func plantAll(in scenario: Scenario) throws {
    var missed = 0
    for bug in PlantedBug.allCases {
      let (totals, failure) = sweep(scenario, planting: bug).run(from: seed, count: seeds) { _ in }
      if failure == nil { missed += 1 }
      let finding = failure.map { "seed \($0.seed): \($0.violation?.description ?? "")" }
      try emit(
        bug.rawValue.padding(toLength: 20, withPad: " ", startingAt: 0)
          + (finding ?? "NOT FOUND in \(totals.seeds) seeds"))
    }
    try emit(
      "\(PlantedBug.allCases.count - missed) of \(PlantedBug.allCases.count) planted bugs found")
    if missed > 0 { throw ExitCode(1) }
  }
}

extension PlantedBug: ExpressibleByArgument {
  /// The names of all planted bugs, separated by commas.
  fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Formats a number with `count` digits after the point.
private func decimals(_ number: Double, count: Int) -> String {
  String(format: "%.\(count)f", number)
}
