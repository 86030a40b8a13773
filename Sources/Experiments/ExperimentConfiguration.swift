/// An experiment as the user wrote it: which data, which methods, which parameters.
public struct ExperimentConfiguration: Hashable, Sendable {
  /// The experiment's name: letters, digits, `-`, `_`, `.`.
  public var name: String
  /// The seed of all randomness.
  public var seed: UInt64
  /// At least one.
  public var datasets: [DatasetSource]
  /// At least one, in the order of the report.
  public var methods: [Method]
  /// What goes into the report besides scores.
  public var report: ReportSettings
  private var settings: [Method: MethodSettings]

  /// The parameters of one method: the common ones with the method's own `overrides` on top.
  public func settings(for method: Method) -> MethodSettings {
    settings[method] ?? MethodSettings()
  }

  /// Reads a configuration file.
  ///
  /// - Parameter file: what to call it in an error.
  /// - Throws: `ExperimentError` that names file, line and key; unknown keys are refused.
  public init(yaml: String, file: String) throws {
    let reader = try ConfigurationReader.parse(yaml, file: file)
    name = try reader.required(reader.fileName("name"), "name")
    seed = UInt64(try reader.whole("seed", in: 0...Int.max) ?? 1)
    datasets = try reader.required(reader.sections("datasets"), "datasets").map(DatasetSource.init)
    methods = try reader.choices("methods", of: Method.self) ?? Method.allCases
    var common = MethodSettings()
    try common.update(from: reader)
    settings = Dictionary(uniqueKeysWithValues: Method.allCases.map { ($0, common) })
    if let overrides = try reader.section("overrides") {
      for method in Method.allCases {
        guard let section = try overrides.section(method.rawValue) else { continue }
        try settings[method]?.update(from: section)
        try section.finish()
      }
      try overrides.finish()
    }
    report = ReportSettings()
    if let section = try reader.section("report") {
      report.panels = try section.whole("panels", in: 0...1000) ?? report.panels
      try section.finish()
    }
    try reader.finish()
  }
}

/// What goes into the report besides scores.
public struct ReportSettings: Hashable, Sendable, Codable {
  /// Test cases of each data set, from the first, that get a panel figure.
  public var panels = 2

  /// Two panels.
  public init() {}
}

/// All parameters of one method.
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
