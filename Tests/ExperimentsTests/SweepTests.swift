import Experiments
import Jobs
import Methods
import Testing

private let sweeping = """
  \(smallest)
  seeds: [1, 2]
  methods: [M1, TV, DIP]
  sweep:
    grid:
      energy.theta: [2, 3]
      training.epochs: [10, 20]
  """

private func choice(_ yaml: String = sweeping, for datasets: Dataset...) throws -> Plan {
  try #require(
    try Planner.choicePlan(
      configuration(yaml), datasets: datasets.isEmpty ? [dataset()] : datasets))
}

@Test("random methods have jobs for every seed, the others once") func seeds() throws {
  let one = try Planner.plan(configuration(smallest), datasets: [dataset()])
  let three = try Planner.plan(
    configuration("\(smallest)\nseeds: [1, 2, 3]"), datasets: [dataset()])
  #expect(Set(one.jobs.map(\.id)).isSubset(of: three.jobs.map(\.id)))
  for method in MethodCatalogue.all where method.isDefault {
    let many = three.jobs.filter { $0.job.method == method.name }
    let few = one.jobs.count { $0.job.method == method.name }
    #expect(many.count == few * (method.isRandom ? 3 : 1))
    #expect(Set(many.map(\.label)).count == many.count)
    let seeds = three.scorings.filter { $0.method == method.name }.map(\.seed)
    #expect(Set(seeds) == (method.isRandom ? [1, 2, 3] : [nil]))
  }
  #expect(three.scorings.allSatisfy { $0.purpose == .report && $0.setting == nil })
}

@Test("the settings of a sweep are its grid, the last parameter varying fastest") func grid() throws
{
  let sweep = try #require(try configuration(sweeping).sweep)
  #expect(
    sweep.settings.map(\.name) == [
      "energy.theta=2 training.epochs=10", "energy.theta=2 training.epochs=20",
      "energy.theta=3 training.epochs=10", "energy.theta=3 training.epochs=20",
    ])
  let settings = try configuration(sweeping).settings(for: .m1, under: sweep.settings[1])
  #expect(settings.energy.theta == 2 && settings.training.epochs == 20)
}

@Test("the values of a sweep override those of a method") func sweepOverOverrides() throws {
  let read = try configuration(
    sweeping + "\noverrides: {DIP: {training: {epochs: 99, similarity: 7}}}")
  let setting = try #require(read.sweep?.settings.first)
  let settings = read.settings(for: .deepImagePrior, under: setting)
  #expect(settings.training.epochs == 10 && settings.similarity == 7)
}

@Test("the values of a sweep override those of a data set") func sweepOverDataset() throws {
  let read = try configuration(
    sweeping.replacing("- folder: data", with: "- {folder: data, energy: {theta: 9, lambda: 2}}"))
  #expect(read.settings(for: .m1).energy.theta == 9)
  let setting = try #require(read.sweep?.settings.first)
  let energy = read.settings(for: .m1, under: setting).energy
  #expect(energy.theta == 2 && energy.lambda == 2)
}

@Test("settings are judged on training images that were left out of their training")
func leaveOneOut() throws {
  let plan = try choice()
  let test = Set(["c", "d", "e"].map { example("lung \($0)").input })
  for job in plan.jobs { #expect(test.isDisjoint(with: job.job.inputs)) }
  let jobs = Dictionary(uniqueKeysWithValues: plan.jobs.map { ($0.id, $0) })
  for scoring in plan.scorings {
    #expect(scoring.purpose == .choice)
    let scored = try #require(jobs[scoring.job])
    guard let weights = scored.job.weights else { continue }
    let training = try #require(jobs[weights])
    #expect(Set(training.cases).isDisjoint(with: scored.cases))
    #expect(Set(training.cases).union(scored.cases) == ["a", "b"])
  }
  // There are 4 settings and 2 images, and 2 seeds for a random method.
  #expect(plan.scorings.count { $0.method == .m1 } == 4 * 2 * 2)
  #expect(plan.scorings.count { $0.method == .totalVariation } == 4 * 2)
  // TV has no epochs, so half of its settings give the same jobs.
  #expect(plan.jobs.count { $0.job.method == .totalVariation } == 2 * 2)
}

@Test("the report has only the jobs of the chosen settings") func chosenSettings() throws {
  let read = try configuration(sweeping)
  let settings = try #require(read.sweep?.settings)
  var selection = Selection()
  selection["lung", .m1] = settings[1]
  selection["lung", .totalVariation] = settings[2]
  let plan = try Planner.plan(read, datasets: [dataset()], selection: selection)
  #expect(Set(plan.jobs.map(\.job.method)) == [.m1, .totalVariation])
  for planned in plan.jobs where planned.job.kind != .predict {
    let isM1 = planned.job.method == .m1
    #expect(planned.job.basis.energy.theta == (isM1 ? 2 : 3))
    if case .train(let job) = planned.job, isM1 { #expect(job.training.epochs == 20) }
  }
  for scoring in plan.scorings {
    #expect(scoring.setting == settings[scoring.method == .m1 ? 1 : 2].name)
    #expect(scoring.purpose == .report && Set(scoring.cases).isSubset(of: ["c", "d", "e"]))
  }
  #expect(try Planner.plan(read, datasets: [dataset()]).jobs.isEmpty)
  let whole = try choice().followed(by: plan)
  #expect(Set(whole.jobs.map(\.id)).count == whole.jobs.count)
}

@Test("a sweep of a trained method needs two training images") func oneTrainingImage() throws {
  let few = dataset(train: ["a"])
  let message = refusal { try choice(sweeping, for: few) }
  #expect(message?.contains("1 training case,") == true && message?.contains("M1") == true)
  #expect(try !choice(sweeping.replacing("M1, ", with: ""), for: few).jobs.isEmpty)
}

@Test(
  "broken sweeps are refused with line and key",
  arguments: [
    ("seed: 1\nseeds: [1, 2]", "x.yaml:4: seed and seeds exclude each other"),
    ("seeds: [1, 1]", "x.yaml:4: seeds must be a list of different whole numbers"),
    ("seeds: []", "x.yaml:4: seeds must be a list with at least one entry"),
    ("sweep: {}", "grid is missing in sweep"),
    ("sweep: {grid: {}}", "sweep.grid must hold at least one parameter"),
    ("sweep:\n  grid:\n    energy.thetta: [1]", "x.yaml:6: energy.thetta is not a known key"),
    ("sweep:\n  grid:\n    energy.theta: [-1]", "x.yaml:6: energy.theta must be a number >= 0"),
    ("sweep:\n  grid:\n    energy.theta: 3", "x.yaml:6: sweep.grid.energy.theta must be a list"),
    ("sweep:\n  grid:\n    energy.theta: [3, 3]", "a value of energy.theta twice"),
    ("sweep:\n  grid:\n    energy: [3]", "energy must hold `key: value` lines"),
    ("sweep:\n  grid:\n    methods: [M1]", "methods is not a known key"),
    (
      "sweep: {seeds: 2, grid: {energy.theta: [1]}}",
      "sweep.seeds must be a whole number from 1 to 1"
    ),
    ("sweep: {seeds: 1, report: all, grid: {energy.theta: [1]}}", "judges none"),
    ("sweep: {choose: overall, report: all, grid: {energy.theta: [1]}}", "chooses none"),
    ("sweep:\n  choose: all\n  grid: {energy.theta: [1]}", "x.yaml:5: sweep.choose must be one of"),
    ("sweep: {report: best, grid: {energy.theta: [1]}}", "must be one of chosen, all, not `best`"),
    ("sweep: {grid: {energy.theta: [[1]]}}", "must be a list of numbers or words"),
  ])
func brokenSweeps(yaml: String, part: String) {
  let message = refusal { try configuration("\(smallest)\n\(yaml)") }
  #expect(message?.contains(part) == true, "\(message ?? "accepted"): no `\(part)`")
}

@Test("a sweep that makes no difference to a method is refused", arguments: ["chosen", "all"])
func ineffectiveSweep(report: String) throws {
  // The weight of TV is tv.mu; energy.mu belongs to M1.
  let yaml = """
    \(smallest)
    methods: [TV, Elastica]
    sweep: {report: \(report), grid: {energy.mu: [1, 2]}}
    """
  let message = refusal {
    let read = try configuration(yaml)
    _ = try Planner.choicePlan(read, datasets: [dataset()])
    _ = try Planner.plan(read, datasets: [dataset()])
  }
  #expect(message?.contains("no difference to TV, Elastica") == true)
  #expect(message?.contains("energy.mu=1") == true)
  // The sweep does make a difference to M1.
  let read = try configuration(yaml.replacing("[TV,", with: "[M1,"))
  _ = try Planner.choicePlan(read, datasets: [dataset()])
  _ = try Planner.plan(read, datasets: [dataset()])
}

@Test("an ablation reports every setting and judges none") func ablation() throws {
  let read = try configuration(sweeping + "\n  report: all")
  #expect(try Planner.choicePlan(read, datasets: [dataset()]) == nil)
  let plan = try Planner.plan(read, datasets: [dataset()])
  let settings = Set(try #require(read.sweep).settings.map(\.name))
  for method in read.methods {
    let mine = plan.scorings.filter { $0.method == method }
    #expect(Set(mine.compactMap(\.setting)) == settings)
    #expect(mine.allSatisfy { $0.purpose == .report })
  }
}

@Test("settings are chosen for each data set unless one for all is requested") func scopeOfChoice()
  throws
{
  #expect(try configuration(sweeping).sweep?.choice == .perDataset)
  #expect(try configuration(sweeping + "\n  choose: per-dataset").sweep?.choice == .perDataset)
  let overall = try configuration(sweeping + "\n  choose: overall")
  #expect(overall.sweep?.choice == .overall)
  // The jobs that judge the settings are the same.
  #expect(try Planner.choicePlan(overall, datasets: [dataset()]) == choice())
}

@Test("stopping rules can be swept") func stoppingRules() throws {
  let yaml = "\(smallest)\nsweep: {grid: {training.stopping: [fixed, plateau, variance]}}"
  let read = try configuration(yaml)
  let rules = try #require(read.sweep).settings.map {
    read.settings(for: .m3, under: $0).training.stopping
  }
  #expect(
    rules == [
      nil, .plateau(patience: 50, tolerance: 0.001), .variance(window: 20, patience: 50),
    ])
}

@Test("the first training cases are used if fewer are requested") func trainingCases() throws {
  let yaml = "\(smallest)\nmethods: [M2, TV]\nsweep: {report: all, grid: {training.cases: [1, 2]}}"
  let plan = try Planner.plan(configuration(yaml), datasets: [dataset()])
  #expect(plan.jobs.filter { $0.job.kind == .train }.map(\.cases) == [["a", "b"], ["a"]])
  #expect(plan.jobs.count { $0.job.method == .totalVariation } == 3)
  let message = refusal {
    try Planner.plan(
      configuration("\(smallest)\ntraining: {cases: 3}"), datasets: [dataset()])
  }
  #expect(message?.contains("has 2 training cases, and M1 wants 3") == true)
}
