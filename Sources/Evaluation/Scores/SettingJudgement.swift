import Jobs

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
  /// Images without a score: their jobs were discarded or are not done yet.
  public let missing: Int
  /// Where one setting is chosen for all data sets, the mean over them of their means of Dice; nil
  /// where a score is missing.
  public fileprivate(set) var overallMean: Double?
  /// The best of its method, on its data set or overall: the highest mean of those that miss no score,
  /// the first where several have it.
  public fileprivate(set) var isChosen = false

  /// How one setting did; nothing is chosen yet.
  public init(dataset: String, method: Method, setting: String, dice: [Double], missing: Int) {
    (self.dataset, self.method, self.setting) = (dataset, method, setting)
    (self.dice, self.missing) = (dice, missing)
  }
}

extension [SettingJudgement] {
  /// The same with one setting chosen of each method, where any misses no score: for each data set, or
  /// one for all of them.
  public func choosing(_ choice: SettingChoice) -> [SettingJudgement] {
    var judged = self
    let contests = Dictionary(grouping: indices) { place in
      Contest(
        method: self[place].method, dataset: choice == .overall ? nil : self[place].dataset)
    }
    for places in contests.values {
      let means = Dictionary(grouping: places) { self[$0].setting }.compactMapValues(meanOfMeans)
      let best = means.values.max()
      let chosen = places.first { best != nil && means[self[$0].setting] == best }
      for place in places {
        judged[place].overallMean = choice == .overall ? means[self[place].setting] : nil
        judged[place].isChosen = self[place].setting == chosen.map { self[$0].setting }
      }
    }
    return judged
  }

  /// Of Dice, over these rows; nil where a score is missing.
  private func meanOfMeans(_ places: [Int]) -> Double? {
    guard places.allSatisfy({ self[$0].missing == 0 }) else { return nil }
    return Moments(of: places.compactMap { Moments(of: self[$0].dice)?.mean })?.mean
  }

  /// A row for each setting on each data set: scores, mean and standard deviation (ddof = 0) of Dice
  /// over images and seeds with six decimals, missing scores, the mean over the data sets where one
  /// setting is chosen for all, and whether it was chosen.
  public var csv: String {
    let heading = [
      "dataset", "method", "setting", "n", "dice_mean", "dice_population_std", "missing", "chosen",
      "overall_dice_mean",
    ]
    return commaSeparated(
      [heading]
        + map { one in
          let moments = Moments(of: one.dice)
          return [
            one.dataset, one.method.rawValue, one.setting, String(one.dice.count),
            moments.map { fixed($0.mean, 6) } ?? "",
            moments.map { fixed($0.populationDeviation, 6) } ?? "", String(one.missing),
            one.isChosen ? "yes" : "", one.overallMean.map { fixed($0, 6) } ?? "",
          ]
        })
  }
}

/// Rows of which one setting is chosen.
private struct Contest: Hashable {
  var method: Method
  var dataset: String?
}
