import Jobs
import Methods

extension MethodSettings {
  /// Replaces the values that the sections of a configuration give.
  mutating func update(from reader: ConfigurationReader) throws {
    if let section = try reader.section("preparation") { try updatePreparation(section) }
    if let section = try reader.section("energy") { try updateEnergy(section) }
    if let section = try reader.section("network") { try updateNetworks(section) }
    if let section = try reader.section("training") { try updateTraining(section) }
    try updateSolvers(reader)
    if let section = try reader.section("prediction") {
      normalisation =
        try section.choice("normalisation", of: PredictionNormalisation.self) ?? normalisation
      try section.finish()
    }
    try updateNumerics(reader)
    try checkNetworks(reader)
  }

  /// Refuses networks for which the grid is too small, and a stopping rule with several fits in one
  /// job.
  private func checkNetworks(_ reader: ConfigurationReader) throws {
    guard (fitsPerJob ?? 1) == 1 || training.stopping == nil else {
      throw reader.refused(
        ["training"],
        reason:
          "training.fits_per_job must be 1 where training.stopping is a rule: each fit ends by itself"
      )
    }
    // Each level of a network halves the grid.
    let halvings = max(vmNet.depth, prior.network.depth)
    guard preparation.size % (1 << halvings) == 0 else {
      throw reader.refused(
        ["network", "preparation"],
        reason: "preparation.size must be a multiple of \(1 << halvings) for networks of depth "
          + "\(halvings), not \(preparation.size)")
    }
    // The DIP Net pads its coarsest level by reflection, which needs two pixels.
    guard preparation.size >= 2 << prior.network.depth else {
      throw reader.refused(
        ["network", "preparation"],
        reason:
          "preparation.size must be at least \(2 << prior.network.depth) for a DIP Net of depth "
          + "\(prior.network.depth), not \(preparation.size)")
    }
  }

  /// Reads `numerics: portable` or `numerics: {threads: 1, mode: portable}`.
  private mutating func updateNumerics(_ reader: ConfigurationReader) throws {
    switch try reader.section("numerics", or: NumericMode.self) {
    case nil: break
    case .word(let mode): numerics.mode = mode
    case .section(let section):
      numerics.threads = try section.whole("threads", in: 1...256) ?? numerics.threads
      numerics.mode = try section.choice("mode", of: NumericMode.self) ?? numerics.mode
      precision = try section.choice("precision", of: TrainingPrecision.self) ?? precision
      if let device = try section.device("device") { self.device = device }
      try section.finish()
    }
    guard numerics.mode != .portable || device == nil else {
      throw reader.refused(
        ["numerics"],
        reason:
          "numerics.device must be cpu where numerics.mode is portable: a GPU has bits of its own")
    }
    guard precision != .tensorFloat32 || device != nil else {
      throw reader.refused(
        ["numerics"],
        reason:
          "numerics.precision is tfloat32, which only GPUs have: set numerics.device, or take float32"
      )
    }
  }

  private mutating func updatePreparation(_ section: ConfigurationReader) throws {
    if let window = try section.pair("window", or: "minmax") {
      preparation.window = window.map { .range(low: $0.low, high: $0.high) } ?? .minmax
      hasOwnWindow = true
    }
    preparation.regionOfInterest =
      try section.number("region_of_interest", in: 1.0.nextUp...1000)
      ?? preparation.regionOfInterest
    preparation.size =
      try section.whole("size", in: 32...4096, multipleOf: 32) ?? preparation.size
    try section.finish()
  }
}

extension MethodSettings {
  fileprivate mutating func updateEnergy(_ section: ConfigurationReader) throws {
    energy.lambda = try section.number("lambda", in: .notNegative) ?? energy.lambda
    energy.theta = try section.number("theta", in: .notNegative) ?? energy.theta
    variation.mu = try section.number("mu", in: .notNegative) ?? variation.mu
    variation.iota = try section.number("iota", in: .notNegative) ?? variation.iota
    variation.sigma = try section.number("edge_sigma", in: 0...100) ?? variation.sigma
    smallestGamma = try section.number("smallest_gamma", in: 1e-3...1) ?? smallestGamma
    energy.distanceSigma =
      try section.number("distance_sigma", in: 0...100) ?? energy.distanceSigma
    energy.vartheta = try section.number("vartheta", in: .notNegative) ?? energy.vartheta
    energy.epsilon = try section.number("epsilon", in: .positive) ?? energy.epsilon
    energy.beta = try section.number("beta", in: .notNegative) ?? energy.beta
    if let rule = try section.section("gammas") { energy.gammas = try GammaRule(rule) }
    energy.gammas.setSmallest(smallestGamma)
    try section.finish()
  }

  fileprivate mutating func updateNetworks(_ section: ConfigurationReader) throws {
    vmNet.width = try section.whole("vm_width", in: 1...512) ?? vmNet.width
    vmNet.depth = try section.whole("vm_depth", in: 1...6) ?? vmNet.depth
    prior.network.width = try section.whole("dip_width", in: 1...512) ?? prior.network.width
    prior.network.skip = try section.whole("dip_skip", in: 1...512) ?? prior.network.skip
    prior.network.depth = try section.whole("dip_depth", in: 1...6) ?? prior.network.depth
    prior.network.noiseChannels =
      try section.whole("noise_channels", in: 1...512) ?? prior.network.noiseChannels
    distanceInput =
      try section.choice("distance_input", of: DistanceInput.self) ?? distanceInput
    try section.finish()
  }

  fileprivate mutating func updateTraining(_ section: ConfigurationReader) throws {
    trainingCases = try section.whole("cases", in: 1...1_000_000) ?? trainingCases
    fitsPerJob = try section.whole("fits_per_job", in: 1...256) ?? fitsPerJob
    training.epochs = try section.whole("epochs", in: 1...1_000_000) ?? training.epochs
    training.learningRate =
      try section.number("learning_rate", in: .positive) ?? training.learningRate
    prior.noise.scale = try section.number("noise_scale", in: .notNegative) ?? prior.noise.scale
    prior.noise.deviation =
      try section.number("noise_deviation", in: .notNegative) ?? prior.noise.deviation
    similarity = try section.number("similarity", in: .notNegative) ?? similarity
    try training.updateStopping(section)
    training.checkpointEvery =
      try section.whole("checkpoint_every", in: 1...1_000_000) ?? training.checkpointEvery
    outputAveraging =
      try section.number("output_averaging", in: 0...0.99999) ?? outputAveraging
    try section.finish()
  }

  /// Reads the sections of all solvers in the catalogue.
  fileprivate mutating func updateSolvers(_ reader: ConfigurationReader) throws {
    for method in MethodCatalogue.all {
      guard let solver = method.solver, let name = solver.section,
        let section = try reader.section(name)
      else { continue }
      for parameter in solver.parameterRanges {
        guard let value = try section.number(parameter) else { continue }
        solverParameters[method.name, default: [:]][parameter.name] = value
      }
      try section.finish()
    }
  }
}

extension ConfigurationReader {
  /// Reads the value of a solver's parameter; nil if the key is absent.
  fileprivate func number(_ parameter: ParameterRange) throws -> Double? {
    switch parameter.values {
    case .numbers(let range): try number(parameter.name, in: range)
    case .whole(let range): try whole(parameter.name, in: range).map(Double.init)
    }
  }
}

extension GammaRule {
  /// Reads exactly one of `otsu: CLASSES`, `spread: FACTOR`, or `gamma1` with `gamma2`; the
  /// smallest half-width is left to `setSmallest(_:)`.
  fileprivate init(_ section: ConfigurationReader) throws {
    let classes = try section.whole("otsu", in: 2...8)
    let factor = try section.number("spread", in: .positive)
    let gamma1 = try section.number("gamma1", in: 1e-3...10)
    let gamma2 = try section.number("gamma2", in: 1e-3...10)
    try section.finish()
    switch (classes, factor, gamma1, gamma2) {
    case (let classes?, nil, nil, nil): self = .otsu(classes: classes, smallest: 0)
    case (nil, let factor?, nil, nil): self = .spread(factor: factor, smallest: 0)
    case (nil, nil, let gamma1?, let gamma2?): self = .fixed(gamma1: gamma1, gamma2: gamma2)
    default:
      throw section.refused("must hold either otsu, or spread, or both gamma1 and gamma2")
    }
  }

  /// Sets the smallest half-width; half-widths that are given stay as they are.
  fileprivate mutating func setSmallest(_ smallest: Double) {
    switch self {
    case .otsu(let classes, _): self = .otsu(classes: classes, smallest: smallest)
    case .spread(let factor, _): self = .spread(factor: factor, smallest: smallest)
    case .fixed: break
    }
  }
}

extension TrainingParameters {
  private enum StoppingWord: String, CaseIterable { case fixed, plateau, variance }

  /// Reads `stopping: variance` or `stopping: {rule: variance, window: 30, patience: 100}`.
  fileprivate mutating func updateStopping(_ section: ConfigurationReader) throws {
    switch try section.section("stopping", or: StoppingWord.self) {
    case nil: return
    case .word(let word): stopping = rule(word, patience: nil, window: nil, tolerance: nil)
    case .section(let section):
      let word = try section.required(section.choice("rule", of: StoppingWord.self), key: "rule")
      let patience =
        word == .fixed ? nil : try section.whole("patience", in: 1...1_000_000)
      let window = word == .variance ? try section.whole("window", in: 2...1000) : nil
      let tolerance = word == .plateau ? try section.number("tolerance", in: 0...1) : nil
      try section.finish()
      stopping = rule(word, patience: patience, window: window, tolerance: tolerance)
    }
  }

  private func rule(
    _ word: StoppingWord, patience: Int?, window: Int?, tolerance: Double?
  ) -> StoppingRule? {
    switch word {
    case .fixed: nil
    case .plateau: .plateau(patience: patience ?? 50, tolerance: tolerance ?? 0.001)
    case .variance: .variance(window: window ?? 20, patience: patience ?? 50)
    }
  }
}
