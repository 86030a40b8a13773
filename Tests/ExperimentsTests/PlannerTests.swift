import Experiments
import Jobs
import Methods
import Testing

private func plan(_ yaml: String = "", for datasets: Dataset...) throws -> Plan {
  let more = String(repeating: "\n  - folder: more", count: max(0, datasets.count - 1))
  return try Planner.plan(
    configuration("\(smallest)\(more)\n\(yaml)"),
    datasets: datasets.isEmpty ? [dataset()] : datasets)
}

private func ids(
  of plan: Plan, method: Jobs.Method? = nil, kind: JobKind? = nil
) -> Set<JobID> {
  Set(
    plan.jobs.filter { (method ?? $0.job.method) == $0.job.method }
      .filter { (kind ?? $0.job.kind) == $0.job.kind }.map(\.id))
}

@Test("every method has its jobs") func jobsOfMethods() throws {
  let jobs = try plan().jobs
  for method in [Jobs.Method.m1, .m2, .m3, .m4] {
    #expect(jobs.filter { $0.job.method == method }.map(\.job.kind) == [.train, .predict])
  }
  #expect(jobs.filter { $0.job.method == .deepImagePrior }.map(\.job.kind) == [.fit, .fit, .fit])
  for method in [Jobs.Method.totalVariation, .elastica] {
    #expect(jobs.filter { $0.job.method == method }.map(\.job.kind) == [.solve, .solve, .solve])
  }
  #expect(jobs.count == 4 * 2 + 3 * 3)
}

@Test("training uses only training cases, and the other jobs only test cases") func splits() throws
{
  for job in try plan().jobs {
    #expect(
      job.job.kind == .train
        ? job.cases == ["a", "b"] : Set(job.cases).isSubset(of: ["c", "d", "e"]))
    #expect(job.job.inputs == job.cases.map { example("lung \($0)").input })
  }
}

@Test("dependencies come first, and the most expensive independent jobs start first") func order()
  throws
{
  let jobs = try plan("", for: dataset("lung"), dataset("liver", test: ["x"])).jobs
  var done: Set<JobID> = []
  for job in jobs {
    #expect(job.dependencies.allSatisfy(done.contains))
    done.insert(job.id)
  }
  let free = jobs.filter { $0.dependencies.isEmpty }.map(\.cost)
  #expect(free == free.sorted(by: >))
  #expect(jobs.allSatisfy { $0.cost > 0 })
}

@Test("names of jobs depend on their content and not on labels") func namesFollowContent() throws {
  let one = dataset()
  var other = one
  other.name = "renamed"
  for index in other.test.indices { other.test[index].id = "label\(index)" }
  #expect(try ids(of: plan("", for: one)) == ids(of: plan("", for: other)))
}

@Test("the order of methods and data sets changes no job's name") func orderOfMethods() throws {
  let lung = dataset("lung")
  let liver = dataset("liver")
  let one = try plan("methods: [M1, TV, DIP]", for: lung, liver)
  let other = try plan("methods: [DIP, M1, TV]", for: liver, lung)
  #expect(ids(of: one) == ids(of: other))
}

@Test("the order of test images changes no name of a job on one image") func orderOfTestImages()
  throws
{
  let one = dataset(test: ["c", "d", "e"])
  let other = dataset(test: ["e", "c", "d"])
  for kind in [JobKind.train, .fit, .solve] {
    #expect(
      try ids(of: plan("", for: one), kind: kind) == ids(of: plan("", for: other), kind: kind))
  }
}

@Test("the name of a training does not depend on the test images") func trainingNames() throws {
  let more = dataset(test: ["c", "d", "e", "f"])
  #expect(try ids(of: plan(), kind: .train) == ids(of: plan("", for: more), kind: .train))
  #expect(
    try ids(of: plan(), kind: .predict).isDisjoint(
      with: ids(of: plan("", for: more), kind: .predict)))
}

/// Changes of the configuration, with the methods whose jobs get new names by each.
private let changes: [(yaml: String, methods: Set<Jobs.Method>)] = [
  ("seed: 2", [.m1, .m2, .m3, .m4, .deepImagePrior]),
  ("preparation: {size: 64}", Set(MethodCatalogue.defaults)),
  ("preparation: {region_of_interest: 3}", Set(MethodCatalogue.defaults)),
  ("preparation: {window: [0, 10]}", Set(MethodCatalogue.defaults)),
  ("energy: {theta: 9}", Set(MethodCatalogue.defaults)),
  ("energy: {gammas: {spread: 2}}", Set(MethodCatalogue.defaults)),
  ("energy: {mu: 9}", [.m1]),
  ("energy: {iota: 9}", [.m1]),
  ("energy: {edge_sigma: 9}", [.m1]),
  ("network: {vm_width: 4}", [.m1, .m2, .m3, .m4]),
  ("network: {dip_width: 4}", [.m3, .m4, .deepImagePrior]),
  ("network: {noise_channels: 4}", [.m3, .m4, .deepImagePrior]),
  ("training: {epochs: 9}", [.m1, .m2, .m3, .m4, .deepImagePrior]),
  ("training: {noise_deviation: 9}", [.m3, .m4, .deepImagePrior]),
  ("training: {similarity: 9}", [.m3, .m4]),
  ("training: {output_averaging: 0.5}", [.deepImagePrior]),
  ("tv: {mu: 9}", [.totalVariation]),
  ("elastica: {beta: 9}", [.elastica]),
  ("numerics: {threads: 2}", Set(MethodCatalogue.defaults)),
  // This is the default on a CPU.
  ("numerics: {precision: float32}", []),
  ("numerics: {precision: bfloat16}", [.m1, .m2, .m3, .m4, .deepImagePrior]),
  ("numerics: {device: cuda}", [.m1, .m2, .m3, .m4, .deepImagePrior]),
  ("numerics: {device: cpu}", []),
  ("overrides: {M2: {training: {epochs: 9}}}", [.m2]),
  ("report: {panels: 9}", []),
  ("name: other", []),
]

@Test(
  "a parameter changes the names of exactly the jobs that depend on it", arguments: changes.indices)
func parameterNames(index: Int) throws {
  let yaml = changes[index].yaml
  let methods = changes[index].methods
  let base = "name: a\ndatasets: [{folder: d}]\n"
  let text = yaml.hasPrefix("name") ? "datasets: [{folder: d}]\n\(yaml)" : base + yaml
  let before = try Planner.plan(configuration(base), datasets: [dataset()])
  let after = try Planner.plan(configuration(text), datasets: [dataset()])
  for method in MethodCatalogue.defaults {
    let old = ids(of: before, method: method)
    let new = ids(of: after, method: method)
    #expect(methods.contains(method) ? old.isDisjoint(with: new) : old == new, "\(method)")
  }
}

@Test("the smallest gamma has no effect on given gammas") func smallestGamma() throws {
  func jobs(_ gammas: String, smallest: String = "") throws -> Set<JobID> {
    let yaml = "name: a\ndatasets: [{folder: d}]\nenergy: {gammas: {\(gammas)}\(smallest)}"
    return Set(try Planner.plan(configuration(yaml), datasets: [dataset()]).jobs.map(\.id))
  }
  let given = "gamma1: 0.2, gamma2: 0.3"
  #expect(try jobs(given, smallest: ", smallest_gamma: 0.1") == jobs(given))
  #expect(
    try jobs("spread: 2", smallest: ", smallest_gamma: 0.1").isDisjoint(with: jobs("spread: 2")))
}

/// Several fits of one job share a GPU; a CPU computes one fit at a time.
@Test(
  "fits are distributed evenly over jobs",
  arguments: [
    ("", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ("numerics: {device: cuda}", [5, 5]),
    ("numerics: {device: cuda}\ntraining: {fits_per_job: 4}", [3, 3, 4]),
    ("numerics: {device: cuda}\npreparation: {size: 256}", [3, 3, 4]),
    ("numerics: {device: cuda}\npreparation: {size: 1024}", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ("numerics: {device: cuda}\npreparation: {size: 1024}\nnetwork: {dip_width: 8}", [3, 3, 4]),
    ("numerics: {device: cuda}\ntraining: {fits_per_job: 1}", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ("numerics: {device: cuda}\ntraining: {stopping: plateau}", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ("training: {fits_per_job: 16}", [10]),
  ])
func fitsPerJob(yaml: String, sizes: [Int]) throws {
  let plan = try plan(
    "methods: [TV, DIP]\n" + yaml, for: dataset(test: "abcdefghij".map { "t\($0)" }))
  let fits = plan.jobs.filter { $0.job.kind == .fit }
  #expect(fits.map(\.cases.count).sorted() == sizes)
  #expect(fits.allSatisfy { $0.job.inputs.count == $0.cases.count })
  #expect(plan.scorings.filter { $0.method == .deepImagePrior }.flatMap(\.cases).count == 10)
  #expect(Set(fits.map(\.label)).count == fits.count)
  #expect(plan.jobs.filter { $0.job.kind == .solve }.count == 10)
}

/// The default precision of a GPU is part of the job, because its float32 differs from a CPU's.
@Test("a job for a GPU says how the GPU rounds") func precisionOfGPU() throws {
  func precisions(_ numerics: String) throws -> [JobKind: Set<TrainingPrecision?>] {
    let jobs = try plan("numerics: {\(numerics)}").jobs.map(\.job)
    return Dictionary(grouping: jobs, by: \.kind).mapValues { Set($0.map(precision)) }
  }
  let gpu = try precisions("device: cuda")
  #expect(gpu[.train] == [.tensorFloat32] && gpu[.fit] == [.tensorFloat32])
  #expect(gpu[.predict] == [nil] && gpu[.solve] == [nil])
  #expect(try precisions("device: cuda, precision: float32")[.train] == [.float32])
  #expect(try precisions("device: cpu")[.fit] == [.float32])
}

/// Parameters of one data set give the same jobs as common parameters give for that data set alone.
@Test("parameters of a data set make the same jobs as common ones") func datasetParameters() throws
{
  let lung = dataset("lung")
  let liver = dataset("liver")
  let both = try Planner.plan(
    configuration(
      """
      name: both
      datasets:
        - folder: lung
        - folder: liver
          preparation: {region_of_interest: 4}
          energy: {theta: 12}
          training: {cases: 1}
      energy: {theta: 5}
      overrides: {DIP: {energy: {theta: 7}}}
      """), datasets: [lung, liver])
  let overrides = "overrides: {DIP: {energy: {theta: 7}}}"
  let one = try plan("energy: {theta: 5}\n\(overrides)", for: lung)
  let other = try plan(
    """
    preparation: {region_of_interest: 4}
    energy: {theta: 12}
    training: {cases: 1}
    \(overrides)
    """, for: liver)
  #expect(ids(of: one).isDisjoint(with: ids(of: other)))
  #expect(ids(of: both) == ids(of: one).union(ids(of: other)))
  #expect(both.jobs.filter { $0.dataset == "liver" }.map(\.id).count == ids(of: other).count)
}

@Test("the normalisation affects only predictions") func normalisation() throws {
  let changed = try plan("prediction: {normalisation: running}")
  #expect(try ids(of: plan(), kind: .train) == ids(of: changed, kind: .train))
  #expect(try ids(of: plan(), kind: .predict).isDisjoint(with: ids(of: changed, kind: .predict)))
}

@Test("the data set's intensity window is used unless the configuration gives one")
func windowOfDataset() throws {
  var hounsfield = dataset()
  hounsfield.window = .range(low: -100, high: 200)
  let windows = try Set(plan("", for: hounsfield).jobs.map(\.job.basis.preparation.window))
  #expect(windows == [.range(low: -100, high: 200)])
  let own = try Set(
    plan("preparation: {window: minmax}", for: hounsfield).jobs.map(\.job.basis.preparation.window))
  #expect(own == [.minmax])
}

@Test("larger jobs have larger expected costs") func expectedCost() throws {
  func cost(_ yaml: String, for datasets: Dataset...) throws -> Double {
    try Planner.plan(
      configuration("\(smallest)\nmethods: [M3]\n\(yaml)"),
      datasets: datasets.isEmpty ? [dataset()] : datasets
    ).jobs[0].cost
  }
  let base = try cost("")
  #expect(try cost("training: {epochs: 400}") == 2 * base)
  #expect(try cost("preparation: {size: 384}") == 4 * base)
  #expect(try cost("", for: dataset(train: ["a", "b", "f", "g"])) == 2 * base)
  #expect(try cost("network: {dip_width: 32}") < base)
}

@Test("impossible plans are refused") func impossiblePlans() throws {
  let untrained = dataset(train: [])
  #expect(
    refusal { try plan("", for: untrained) }?.contains("lung has no training case, but M1") == true)
  #expect(try plan("methods: [TV, Elastica, DIP]", for: untrained).jobs.count == 9)
  #expect(refusal { try plan("", for: dataset(), dataset()) }?.contains("the same name") == true)
  var copied = dataset()
  copied.test.append(DatasetCase(id: "copy", input: copied.test[0].input))
  let message = refusal { try plan("methods: [TV]", for: copied) }
  #expect(message?.contains("lung TV solve copy and lung TV solve c are the same work") == true)
}

/// The precision of a job's networks in training, or nil if it trains none.
private func precision(of job: Job) -> TrainingPrecision? {
  switch job {
  case .train(let job): job.precision
  case .fit(let job): job.precision
  case .predict, .solve: nil
  }
}
