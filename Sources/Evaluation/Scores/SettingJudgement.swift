import Jobs

/// The Dice coefficients of a method under one setting of a sweep, on the training images that
/// decide which setting is chosen.
public struct SettingJudgement: Hashable, Sendable {
  /// The name of the data set.
  public let dataset: String
  /// The method whose setting is judged.
  public let method: Method
  /// The name of the setting.
  public let setting: String
  /// The Dice coefficient of every image with every seed.
  public let dice: [Double]
  /// The number of images without a score, because their jobs were discarded or are not done yet.
  public let missing: Int
  /// The mean over the data sets of their mean Dice coefficients, if one setting is chosen for all
  /// data sets; nil otherwise and if a score is missing.
  public fileprivate(set) var overallMean: Double?
  /// Tells whether this setting is the best of its method, on its data set or overall.
  ///
  /// The best has the highest mean among the settings that miss no score; the first one wins a
  /// tie.
  public fileprivate(set) var isChosen = false

  /// Records the scores of one setting, which is not chosen yet.
  public init(dataset: String, method: Method, setting: String, dice: [Double], missing: Int) {
    self.dataset = dataset
    self.method = method
    self.setting = setting
    self.dice = dice
    self.missing = missing
  }
}

extension [SettingJudgement] {
  /// Returns the same rows with one setting of each method chosen, for each data set or for all of
  /// them together.
  ///
  /// No setting of a method is chosen if each of them misses a score.
  public func choosing(_ choice: SettingChoice) -> [SettingJudgement] {
    var judged = self
    let groups = Dictionary(grouping: indices) { index in
      ChoiceGroup(
        method: self[index].method, dataset: choice == .overall ? nil : self[index].dataset)
    }
    for group in groups.values {
      let means = Dictionary(grouping: group) { self[$0].setting }.compactMapValues(meanOfMeans)
      let best = means.values.max()
      let chosen = group.first { best != nil && means[self[$0].setting] == best }
      for index in group {
        judged[index].overallMean = choice == .overall ? means[self[index].setting] : nil
        judged[index].isChosen = self[index].setting == chosen.map { self[$0].setting }
      }
    }
    return judged
  }

  /// Averages the mean Dice coefficients of the rows at `indices`, with equal weights; nil if one
  /// of them misses a score.
  private func meanOfMeans(_ indices: [Int]) -> Double? {
    guard indices.allSatisfy({ self[$0].missing == 0 }) else { return nil }
    return Moments(of: indices.compactMap { Moments(of: self[$0].dice)?.mean })?.mean
  }
}

/// The key of the rows among which one setting is chosen; `dataset` is nil if all data sets share
/// the choice.
private struct ChoiceGroup: Hashable {
  var method: Method
  var dataset: String?
}
