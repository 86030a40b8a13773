import Jobs

private let unbounded = Double.greatestFiniteMagnitude
private let positive = 0.0.nextUp...unbounded

extension MethodSettings {
  /// Takes over what the sections of a configuration say.
  mutating func update(from reader: ConfigurationReader) throws {
    if let section = try reader.section("preparation") { try updatePreparation(section) }
    if let section = try reader.section("energy") { try energy.update(from: section) }
    if let section = try reader.section("network") { try network.update(from: section) }
    if let section = try reader.section("training") {
      trainingCases = try section.whole("cases", in: 1...1_000_000) ?? trainingCases
      fitsPerJob = try section.whole("fits_per_job", in: 1...256) ?? fitsPerJob
      try training.update(from: section)
    }
    if let section = try reader.section("tv") { try totalVariation.update(from: section) }
    if let section = try reader.section("elastica") { try elastica.update(from: section) }
    if let section = try reader.section("prediction") {
      normalisation =
        try section.choice("normalisation", of: PredictionNormalisation.self) ?? normalisation
      try section.finish()
    }
    try updateNumerics(reader)
    guard (fitsPerJob ?? 1) == 1 || training.stopping == nil else {
      throw reader.refused(
        ["training"],
        "training.fits_per_job must be 1 where training.stopping is a rule: each fit ends by itself"
      )
    }
    // The networks halve the grid so often; 32 is 2^5 (MATH: sections 4 and 5a).
    let halvings = max(network.vmDepth, network.dipDepth)
    guard preparation.size % (1 << halvings) == 0 else {
      throw reader.refused(
        ["network", "preparation"],
        "preparation.size must be a multiple of \(1 << halvings) for networks of depth "
          + "\(halvings), not \(preparation.size)")
    }
    // The DIP Net pads its coarsest level by reflection, which needs two pixels.
    guard preparation.size >= 2 << network.dipDepth else {
      throw reader.refused(
        ["network", "preparation"],
        "preparation.size must be at least \(2 << network.dipDepth) for a DIP Net of depth "
          + "\(network.dipDepth), not \(preparation.size)")
    }
  }

  /// `numerics: portable` or `numerics: {threads: 1, mode: portable}`.
  private mutating func updateNumerics(_ reader: ConfigurationReader) throws {
    switch try reader.section("numerics", or: NumericMode.self) {
    case nil: break
    case .word(let mode): numerics.mode = mode == .native ? nil : mode
    case .section(let section):
      numerics.threads = try section.whole("threads", in: 1...256) ?? numerics.threads
      if let mode = try section.choice("mode", of: NumericMode.self) {
        numerics.mode = mode == .native ? nil : mode
      }
      numerics.precision =
        try section.choice("precision", of: TrainingPrecision.self) ?? numerics.precision
      if let device = try section.device("device") { numerics.device = device }
      try section.finish()
    }
    guard numerics.mode != .portable || numerics.device == nil else {
      throw reader.refused(
        ["numerics"],
        "numerics.device must be cpu where numerics.mode is portable: a GPU has bits of its own")
    }
    guard numerics.precision != .tensorFloat32 || numerics.device != nil else {
      throw reader.refused(
        ["numerics"],
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

extension EnergyParameters {
  fileprivate mutating func update(from section: ConfigurationReader) throws {
    lambda = try section.number("lambda", in: 0...unbounded) ?? lambda
    theta = try section.number("theta", in: 0...unbounded) ?? theta
    mu = try section.number("mu", in: 0...unbounded) ?? mu
    iota = try section.number("iota", in: 0...unbounded) ?? iota
    edgeSigma = try section.number("edge_sigma", in: 0...100) ?? edgeSigma
    smallestGamma = try section.number("smallest_gamma", in: 1e-3...1) ?? smallestGamma
    distanceSigma = try section.number("distance_sigma", in: 0...100) ?? distanceSigma
    vartheta = try section.number("vartheta", in: 0...unbounded) ?? vartheta
    epsilon = try section.number("epsilon", in: positive) ?? epsilon
    beta = try section.number("beta", in: 0...unbounded) ?? beta
    if let rule = try section.section("gammas") { gammas = try GammaRule(rule) }
    try section.finish()
  }
}

extension GammaRule {
  /// Exactly one of `otsu: CLASSES`, `spread: FACTOR`, or `gamma1` with `gamma2`.
  fileprivate init(_ section: ConfigurationReader) throws {
    let classes = try section.whole("otsu", in: 2...8)
    let factor = try section.number("spread", in: positive)
    let gamma1 = try section.number("gamma1", in: 1e-3...10)
    let gamma2 = try section.number("gamma2", in: 1e-3...10)
    try section.finish()
    switch (classes, factor, gamma1, gamma2) {
    case (let classes?, nil, nil, nil): self = .otsu(classes: classes)
    case (nil, let factor?, nil, nil): self = .spread(factor: factor)
    case (nil, nil, let gamma1?, let gamma2?): self = .fixed(gamma1: gamma1, gamma2: gamma2)
    default:
      throw section.refused("must hold either otsu, or spread, or both gamma1 and gamma2")
    }
  }
}

extension NetworkParameters {
  fileprivate mutating func update(from section: ConfigurationReader) throws {
    vmWidth = try section.whole("vm_width", in: 1...512) ?? vmWidth
    vmDepth = try section.whole("vm_depth", in: 1...6) ?? vmDepth
    dipWidth = try section.whole("dip_width", in: 1...512) ?? dipWidth
    dipSkip = try section.whole("dip_skip", in: 1...512) ?? dipSkip
    dipDepth = try section.whole("dip_depth", in: 1...6) ?? dipDepth
    noiseChannels = try section.whole("noise_channels", in: 1...512) ?? noiseChannels
    if let input = try section.choice("distance_input", of: DistanceInput.self) {
      distanceInput = input == .plain ? nil : input
    }
    try section.finish()
  }
}

extension TrainingParameters {
  fileprivate mutating func update(from section: ConfigurationReader) throws {
    epochs = try section.whole("epochs", in: 1...1_000_000) ?? epochs
    learningRate = try section.number("learning_rate", in: positive) ?? learningRate
    noiseScale = try section.number("noise_scale", in: 0...unbounded) ?? noiseScale
    noiseDeviation = try section.number("noise_deviation", in: 0...unbounded) ?? noiseDeviation
    similarity = try section.number("similarity", in: 0...unbounded) ?? similarity
    try updateStopping(section)
    checkpointEvery =
      try section.whole("checkpoint_every", in: 1...1_000_000) ?? checkpointEvery
    outputAveraging = try section.number("output_averaging", in: 0...0.99999) ?? outputAveraging
    try section.finish()
  }
}

extension TrainingParameters {
  private enum StoppingWord: String, CaseIterable { case fixed, plateau, variance }

  /// `stopping: variance` or `stopping: {rule: variance, window: 30, patience: 100}`.
  fileprivate mutating func updateStopping(_ section: ConfigurationReader) throws {
    switch try section.section("stopping", or: StoppingWord.self) {
    case nil: return
    case .word(let word): stopping = rule(word, patience: nil, window: nil, tolerance: nil)
    case .section(let section):
      let word = try section.required(section.choice("rule", of: StoppingWord.self), "rule")
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

extension TotalVariationParameters {
  fileprivate mutating func update(from section: ConfigurationReader) throws {
    mu = try section.number("mu", in: positive) ?? mu
    tolerance = try section.number("tolerance", in: 1e-9...1) ?? tolerance
    maximumIterations =
      try section.whole("maximum_iterations", in: 1...10_000_000) ?? maximumIterations
    try section.finish()
  }
}

extension ElasticaParameters {
  fileprivate mutating func update(from section: ConfigurationReader) throws {
    alpha = try section.number("alpha", in: positive) ?? alpha
    beta = try section.number("beta", in: 0...unbounded) ?? beta
    coupling = try section.number("coupling", in: positive) ?? coupling
    tolerance = try section.number("tolerance", in: 1e-9...1) ?? tolerance
    maximumIterations =
      try section.whole("maximum_iterations", in: 1...1_000_000) ?? maximumIterations
    try section.finish()
  }
}
