import Jobs

/// An experiment as the user wrote it: which data, which methods, which parameters.
public struct ExperimentConfiguration: Hashable, Sendable {
  /// The experiment's name: letters, digits, `-`, `_`, `.`.
  public var name: String
  /// The seeds of all randomness, different ones: every random method is run with each. At least one.
  public var seeds: [UInt64]
  /// At least one.
  public var datasets: [DatasetSource]
  /// At least one, in the order of the report.
  public var methods: [Method]
  /// What goes into the report besides scores.
  public var report: ReportSettings
  /// Settings of which the training images choose one for each method; nil where all is given.
  public var sweep: Sweep?
  /// In the order of `datasets`.
  private var settings: [[Method: MethodSettings]]

  /// The parameters of one method on one data set: the common ones, on them the data set's own, and
  /// on these the method's own `overrides`.
  ///
  /// - Parameters:
  ///   - dataset: its place in `datasets`.
  ///   - setting: one of the sweep's, whose values lie on top of all.
  public func settings(
    for method: Method, on dataset: Int = 0, under setting: Sweep.Setting? = nil
  ) -> MethodSettings {
    (setting?.parameters ?? settings)[dataset][method] ?? MethodSettings()
  }

  /// Reads a configuration file.
  ///
  /// - Parameter file: what to call it in an error.
  /// - Throws: `ExperimentError` that names file, line and key; unknown keys are refused.
  public init(yaml: String, file: String) throws {
    let reader = try ConfigurationReader.parse(yaml, file: file)
    name = try reader.required(reader.fileName("name"), "name")
    seeds = try Self.seeds(reader)
    let entries = try reader.required(reader.sections("datasets"), "datasets")
    methods = try reader.choices("methods", of: Method.self) ?? Method.allCases
    var common = MethodSettings()
    try common.update(from: reader)
    let overrides = try reader.section("overrides")
    (datasets, settings) = ([], [])
    for entry in entries {
      var own = common
      datasets.append(try DatasetSource(entry, parameters: &own))
      settings.append(try Self.settings(own, with: overrides))
    }
    sweep = try reader.section("sweep").map { [settings, seeds] in
      try Sweep($0, over: settings, seedCount: seeds.count)
    }
    report = ReportSettings()
    if let section = try reader.section("report") {
      report.panels = try section.whole("panels", in: 0...1000) ?? report.panels
      try section.finish()
    }
    try reader.finish()
  }

  /// Each method's parameters on a data set of these.
  private static func settings(
    _ parameters: MethodSettings, with overrides: ConfigurationReader?
  ) throws -> [Method: MethodSettings] {
    var settings = Dictionary(uniqueKeysWithValues: Method.allCases.map { ($0, parameters) })
    // Read anew for every data set: what a method's values go with may differ.
    guard let overrides = try overrides?.again() else { return settings }
    for method in Method.allCases {
      guard let section = try overrides.section(method.rawValue) else { continue }
      try settings[method]?.update(from: section)
      try section.finish()
    }
    try overrides.finish()
    return settings
  }

  /// `seed: 1` or `seeds: [1, 2, 3]`.
  private static func seeds(_ reader: ConfigurationReader) throws -> [UInt64] {
    let one = try reader.whole("seed", in: 0...Int.max)
    let several = try reader.wholes("seeds", in: 0...Int.max)
    guard one == nil || several == nil else {
      throw reader.refused(["seed", "seeds"], "seed and seeds exclude each other")
    }
    return (several ?? [one ?? 1]).map { UInt64($0) }
  }
}

/// What goes into the report besides scores.
public struct ReportSettings: Hashable, Sendable, Codable {
  /// Test cases of each data set, from the first, that get a panel figure.
  public var panels = 2

  /// Two panels.
  public init() {}
}

/// All parameters of one method on one data set.
public struct MethodSettings: Hashable, Sendable, Codable {
  /// From files to the computing grid.
  public var preparation = Preparation()
  /// Whether the configuration gave an intensity window; if not, the data set's holds.
  public var hasOwnWindow = false
  /// The energy.
  public var energy = EnergyParameters()
  /// The networks.
  public var network = NetworkParameters()
  /// Their fitting.
  public var training = TrainingParameters()
  /// How many training cases, from the first, M1 to M4 learn from: N of the paper; nil is all.
  public var trainingCases: Int?
  /// The most images that one job of DIP fits, 1 to 256; nil is one on a processor and up to eight on a
  /// GPU, by the size of the networks.
  public var fitsPerJob: Int?
  /// How a VM Net normalises when it predicts.
  public var normalisation = PredictionNormalisation.image
  /// The TV model.
  public var totalVariation = TotalVariationParameters()
  /// The elastica model.
  public var elastica = ElasticaParameters()
  /// Threads.
  public var numerics = Numerics()

  /// The defaults of all parts.
  public init() {}
}

/// Whether a text can be a file's name everywhere, and cannot leave its folder.
package func isFileName(_ text: String) -> Bool {
  let allowed: (UInt8) -> Bool = {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
      || [45, 46, 95].contains($0)
  }
  return (1...100).contains(text.utf8.count) && text.utf8.allSatisfy(allowed)
    && !text.hasPrefix(".")
}
