import Jobs
import Methods
import Yams

/// A grid over parameters. Every combination of values is a setting.
public struct Sweep: Hashable, Sendable {
  /// One combination of the grid.
  public struct Setting: Hashable, Sendable {
    /// The setting's name in tables: `energy.theta=3 training.epochs=100`.
    public var name: String
    /// All parameters of each method under the setting, for each data set of the configuration.
    var parameters: [[Method: MethodSettings]]
  }

  /// The settings, at least one, in the order of the grid; the last parameter varies fastest.
  public let settings: [Setting]
  /// The number of seeds, counted from the first, with which settings are judged; nil means all.
  public let seeds: Int?
  /// The settings that are run on the test images.
  public let report: Report
  /// The scores by which a setting is chosen.
  public let choice: SettingChoice

  /// The settings that are run on the test images.
  public enum Report: String, Hashable, Sendable, CaseIterable {
    /// The best setting on the training images, for each method.
    case chosen
    /// All settings, side by side: an ablation, in which nothing is chosen.
    case all
  }

}

extension Sweep {
  /// The largest number of combinations of a grid.
  private static let combinationLimit = 10_000

  /// Reads `sweep: {grid: {energy.theta: [2, 3], training.epochs: [100, 200]}}`.
  ///
  /// - Parameters:
  ///   - reader: The section `sweep`.
  ///   - base: The parameters for each data set, in which the grid's values replace others.
  ///   - seedCount: The number of seeds of the configuration.
  init(
    _ reader: ConfigurationReader, over base: [[Method: MethodSettings]], seedCount: Int
  ) throws {
    let grid = try reader.required(reader.section("grid"), key: "grid")
    seeds = try reader.whole("seeds", in: 1...seedCount)
    report = try reader.choice("report", of: Report.self) ?? .chosen
    let choice = try reader.choice("choose", of: SettingChoice.self)
    self.choice = choice ?? .perDataset
    guard report == .chosen || seeds == nil else {
      throw reader.refused("has seeds to judge settings with, but reports all and judges none")
    }
    guard report == .chosen || choice == nil else {
      throw reader.refused("says how to choose settings, but reports all and chooses none")
    }
    try reader.finish()
    let axes = try grid.lists()
    guard !axes.isEmpty else { throw grid.refused("must hold at least one parameter") }
    let count = axes.reduce(1) { $0.multipliedReportingOverflow(by: $1.values.count).partialValue }
    guard (1...Self.combinationLimit).contains(count) else {
      throw grid.refused("has \(count) combinations; \(Self.combinationLimit) is the most")
    }
    settings = try (0..<count).map { number in
      try Setting(Self.combination(number, of: axes), in: grid, over: base)
    }
    for axis in axes {
      guard Set(axis.values.map { $0.string ?? "" }).count == axis.values.count else {
        throw grid.refused("has a value of \(axis.key) twice")
      }
    }
  }

  /// Returns the values of the `number`-th combination.
  private static func combination(
    _ number: Int, of axes: [ConfigurationReader.ListField]
  ) -> [(key: String, value: Node)] {
    var rest = number
    return axes.reversed().map { axis in
      defer { rest /= axis.values.count }
      return (axis.key, axis.values[rest % axis.values.count])
    }.reversed()
  }
}

extension Sweep.Setting {
  fileprivate init(
    _ values: [(key: String, value: Node)], in grid: ConfigurationReader,
    over base: [[Method: MethodSettings]]
  ) throws {
    name = values.map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: " ")
    parameters = base
    for (key, value) in values {
      for dataset in base.indices {
        for method in MethodCatalogue.names {
          let overlay = try grid.nested(key, value: value)
          try parameters[dataset][method]?.update(from: overlay)
          try overlay.finish()
        }
      }
    }
  }
}
