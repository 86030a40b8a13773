import Errors
import Jobs
import Methods

/// An experiment as the user wrote it: its data, methods and parameters.
public struct ExperimentConfiguration: Hashable, Sendable {
  /// The experiment's name: letters, digits, `-`, `_`, `.`.
  public var name: String
  /// The seeds of all randomness, at least one and all different; every random method is run with
  /// each.
  public var seeds: [UInt64]
  /// The data sets, at least one.
  public var datasets: [DatasetSource]
  /// The methods, at least one, in the order of the report.
  public var methods: [Method]
  /// The contents of the report besides scores.
  public var report: ReportSettings
  /// The settings from which one is chosen for each method on the training images; nil without a
  /// sweep.
  public var sweep: Sweep?
  /// The parameters of each method, in the order of `datasets`.
  private var settings: [[Method: MethodSettings]]

  /// Returns the parameters of one method on one data set: the common ones, replaced by the data
  /// set's own, replaced by the method's own `overrides`.
  ///
  /// - Parameters:
  ///   - method: A method of the catalogue.
  ///   - dataset: The index of the data set in `datasets`.
  ///   - setting: A setting of the sweep, whose values replace all others.
  public func settings(
    for method: Method, on dataset: Int = 0, under setting: Sweep.Setting? = nil
  ) -> MethodSettings {
    (setting?.parameters ?? settings)[dataset][method] ?? MethodSettings()
  }

  /// Reads a configuration file.
  ///
  /// - Parameters:
  ///   - yaml: The text of the file.
  ///   - file: The name of the file for errors.
  /// - Throws: `DipperError` of the domain `experiments` that names file, line and key; unknown
  ///   keys are refused.
  public init(yaml: String, file: String) throws {
    let reader = try ConfigurationReader.parse(yaml, file: file)
    name = try reader.required(reader.fileName("name"), key: "name")
    seeds = try Self.seeds(reader)
    let entries = try reader.required(reader.sections("datasets"), key: "datasets")
    methods = try reader.methods("methods") ?? MethodCatalogue.defaults
    var common = MethodSettings()
    try common.update(from: reader)
    let overrides = try reader.section("overrides")
    datasets = []
    settings = []
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

  /// Returns each method's parameters on a data set with these parameters.
  private static func settings(
    _ parameters: MethodSettings, with overrides: ConfigurationReader?
  ) throws -> [Method: MethodSettings] {
    var settings = Dictionary(
      uniqueKeysWithValues: MethodCatalogue.names.map { ($0, parameters) })
    // The overrides are read again for every data set, because their values must fit the data
    // set's.
    guard let overrides = try overrides?.again() else { return settings }
    for method in MethodCatalogue.names {
      guard let section = try overrides.section(method.rawValue) else { continue }
      try settings[method]?.update(from: section)
      try section.finish()
    }
    try overrides.finish()
    return settings
  }

  /// Reads `seed: 1` or `seeds: [1, 2, 3]`.
  private static func seeds(_ reader: ConfigurationReader) throws -> [UInt64] {
    let one = try reader.whole("seed", in: 0...Int.max)
    let several = try reader.wholes("seeds", in: 0...Int.max)
    guard one == nil || several == nil else {
      throw reader.refused(["seed", "seeds"], reason: "seed and seeds exclude each other")
    }
    return (several ?? [one ?? 1]).map { UInt64($0) }
  }
}

/// The contents of the report besides scores.
public struct ReportSettings: Hashable, Sendable, Codable {
  /// The number of test cases of each data set, from the first, that get a panel figure.
  public var panels = 2

  /// Creates the default: two panels.
  public init() {}
}

/// Tests whether a text is a valid file name on every system and names nothing outside its folder.
package func isFileName(_ text: String) -> Bool {
  let allowed: (UInt8) -> Bool = {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
      || [45, 46, 95].contains($0)
  }
  return (1...100).contains(text.utf8.count) && text.utf8.allSatisfy(allowed)
    && !text.hasPrefix(".")
}
