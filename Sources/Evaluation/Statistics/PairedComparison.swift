import Jobs
import Methods

/// A comparison of a method that the paper proposes with another method, on the cases that both
/// have.
public struct PairedComparison: Hashable, Sendable {
  /// The name of the data set.
  public let dataset: String
  /// The score by which the methods are compared.
  public let score: Score
  /// The proposed method, M3 or M4.
  public let method: Method
  /// The name of the setting of `method`; empty if it has only one.
  public let setting: String
  /// The method that `method` is compared with.
  public let other: Method
  /// The name of the setting of `other`; empty if it has only one.
  public let otherSetting: String
  /// The mean over the cases of `method`'s score minus `other`'s, in the unit of the score.
  public let meanDifference: Double
  /// The signed-rank test of the differences of the cases; seeds are averaged for each case first.
  public let test: WilcoxonTest
  /// The test's p-value after Holm's adjustment for all comparisons of this data set and score.
  public internal(set) var adjusted: Double
}

extension ScoreTable {
  /// Compares M3 and M4 with every other method by one score, and M3 with M4 once.
  ///
  /// Methods are paired with the same setting; a method without a setting of that name is paired
  /// with its only one. Pairs that share no case with a defined score are left out.
  public func pairedComparisons(of dataset: String, by score: Score) -> [PairedComparison] {
    var comparisons = pairs(on: dataset).compactMap { compared($0.one, to: $0.other, by: score) }
    let adjusted = holmAdjusted(comparisons.map(\.test.p))
    for index in comparisons.indices { comparisons[index].adjusted = adjusted[index] }
    return comparisons
  }

  private func pairs(on dataset: String) -> [(one: SummaryKey, other: SummaryKey)] {
    let keys = summaryKeys(of: dataset)
    var met: Set<Set<SummaryKey>> = []
    return keys.filter(\.method.isProposed).flatMap { one in
      MethodCatalogue.names.filter { $0 != one.method }.compactMap { method in
        let all = keys.filter { $0.method == method }
        let other = all.first { $0.setting == one.setting } ?? (all.count == 1 ? all[0] : nil)
        return other.flatMap { met.insert([one, $0]).inserted ? (one, $0) : nil }
      }
    }
  }

  private func compared(
    _ one: SummaryKey, to other: SummaryKey, by score: Score
  ) -> PairedComparison? {
    let others = Dictionary(
      uniqueKeysWithValues: scores(of: other).caseMeans(of: score).map { ($0.caseID, $0.value) })
    let differences = scores(of: one).caseMeans(of: score).compactMap { mean in
      others[mean.caseID].map { mean.value - $0 }
    }
    guard let test = WilcoxonTest(differences: differences),
      let moments = Moments(of: differences)
    else { return nil }
    return PairedComparison(
      dataset: one.dataset, score: score, method: one.method, setting: one.setting,
      other: other.method, otherSetting: other.setting, meanDifference: moments.mean, test: test,
      adjusted: test.p)
  }
}

extension Method {
  /// Tells whether the paper proposes the method (section 4).
  fileprivate var isProposed: Bool { MethodCatalogue[self]?.isProposed ?? false }
}
