import Jobs
import Methods
import Yams

/// A grid over parameters: every combination is a setting.
public struct Sweep: Hashable, Sendable {
  /// One combination of the grid.
  public struct Setting: Hashable, Sendable {
    /// The name in tables and messages, such as `energy.theta=3 training.epochs=100`.
    public var name: String
    /// All parameters of each method on each data set under it, in the configuration's order.
    var parameters: [[Method: MethodSettings]]
  }

  /// In the grid's order, the last parameter fastest; at least one.
  public let settings: [Setting]
  /// With how many seeds, from the first, settings are judged; nil is all.
  public let seeds: Int?
  /// Which settings are run on the test images.
  public let report: Report
  /// For what a setting is chosen.
  public let choice: SettingChoice

  /// Which settings are run on the test images.
  public enum Report: String, Hashable, Sendable, CaseIterable {
    /// For each method the one that does best on the training images.
    case chosen
    /// Every one, side by side: an ablation, from which nothing is chosen.
    case all
  }

}

extension Sweep {
  /// Combinations that a grid may have.
  private static let most = 10_000

  /// `sweep: {grid: {energy.theta: [2, 3], training.epochs: [100, 200]}}`.
  ///
  /// - Parameters:
  ///   - base: what the grid's parameters are laid over.
  ///   - seedCount: how many seeds the configuration has.
  init(
    _ reader: ConfigurationReader, over base: [[Method: MethodSettings]], seedCount: Int
  ) throws {
    let grid = try reader.required(reader.section("grid"), "grid")
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
    guard (1...Self.most).contains(count) else {
      throw grid.refused("has \(count) combinations; \(Self.most) is the most")
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

  /// The `number`-th combination.
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
          let overlay = try grid.nested(key, value)
          try parameters[dataset][method]?.update(from: overlay)
          try overlay.finish()
        }
      }
    }
  }
}
