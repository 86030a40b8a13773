import Evaluation
import Jobs

extension [SettingJudgement] {
  /// A CSV table with one row for each setting on each data set.
  ///
  /// The columns are the number of scores, the mean and population standard deviation (ddof = 0) of
  /// Dice over images and seeds with six decimals, the number of missing scores, a mark for the
  /// chosen setting, and the mean over the data sets if one setting is chosen for all of them.
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
            moments.map { fixed($0.mean, decimals: 6) } ?? "",
            moments.map { fixed($0.populationDeviation, decimals: 6) } ?? "", String(one.missing),
            one.isChosen ? "yes" : "", one.overallMean.map { fixed($0, decimals: 6) } ?? "",
          ]
        })
  }
}
