import Experiments

/// How a method did under one setting of a sweep, on the training images that the sweep judges by.
public struct SettingJudgement: Hashable, Sendable {
  /// The data set's name.
  public let dataset: String
  /// The method.
  public let method: Method
  /// The setting's name.
  public let setting: String
  /// `Overlap.dice` of every image with every seed.
  public let dice: [Double]
  /// Images without a score: their jobs were set aside or are not done yet.
  public let missing: Int
  /// The best of its data set and method: the highest mean of those that miss no score, the first where
  /// several have it.
  public var isChosen = false

  /// How one setting did; nothing is chosen yet.
  public init(dataset: String, method: Method, setting: String, dice: [Double], missing: Int) {
    (self.dataset, self.method, self.setting) = (dataset, method, setting)
    (self.dice, self.missing) = (dice, missing)
  }
}

extension [SettingJudgement] {
  /// The same with one chosen of each data set and method, where any misses no score.
  public func choosing() -> [SettingJudgement] {
    var judged = self
    for place in indices {
      let rivals = indices.filter {
        self[$0].dataset == self[place].dataset && self[$0].method == self[place].method
          && self[$0].missing == 0
      }
      let means = rivals.map { Moments(of: self[$0].dice)?.mean ?? -1 }
      judged[place].isChosen =
        means.max().flatMap { best in means.firstIndex(of: best) }.map { rivals[$0] } == place
    }
    return judged
  }

  /// A row for each setting: scores, mean and standard deviation (ddof = 0) of Dice over images and
  /// seeds with six decimals, missing scores, and whether it was chosen.
  public var csv: String {
    let heading = [
      "dataset", "method", "setting", "n", "dice_mean", "dice_population_std", "missing", "chosen",
    ]
    return commaSeparated(
      [heading]
        + map { one in
          let moments = Moments(of: one.dice)
          return [
            one.dataset, one.method.rawValue, one.setting, String(one.dice.count),
            moments.map { fixed($0.mean, 6) } ?? "",
            moments.map { fixed($0.populationDeviation, 6) } ?? "", String(one.missing),
            one.isChosen ? "yes" : "",
          ]
        })
  }
}
