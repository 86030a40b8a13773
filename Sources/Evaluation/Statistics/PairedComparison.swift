import Jobs

/// A method of the paper's proposal against another one, on the cases that both have.
public struct PairedComparison: Hashable, Sendable {
  /// The data set's name.
  public let dataset: String
  /// What is compared.
  public let score: Score
  /// M3 or M4.
  public let method: Method
  /// The setting of `method`; empty where there is one only.
  public let setting: String
  /// The other one.
  public let other: Method
  /// The setting of `other`.
  public let otherSetting: String
  /// The mean of `method`'s scores less `other`'s.
  public let meanDifference: Double
  /// On the differences; seeds are averaged for each case first.
  public let test: WilcoxonTest
  /// `test.p` after Holm's adjustment for all comparisons of this data set and score.
  public internal(set) var adjusted: Double
}

extension ScoreTable {
  /// M3 and M4 against every other method by one score, M3 against M4 once: each with the same setting
  /// or, where a method has none of that name, with its only one. Pairs that share no case are left
  /// out.
  public func pairedComparisons(of dataset: String, by score: Score) -> [PairedComparison] {
    var comparisons = pairs(on: dataset).compactMap { compared($0.one, $0.other, by: score) }
    let adjusted = holmAdjusted(comparisons.map(\.test.p))
    for index in comparisons.indices { comparisons[index].adjusted = adjusted[index] }
    return comparisons
  }

  private func pairs(on dataset: String) -> [(one: Contender, other: Contender)] {
    let contenders = contenders(of: dataset)
    var met: Set<Set<Contender>> = []
    return contenders.filter(\.method.isProposed).flatMap { one in
      Method.allCases.filter { $0 != one.method }.compactMap { method in
        let all = contenders.filter { $0.method == method }
        let other = all.first { $0.setting == one.setting } ?? (all.count == 1 ? all[0] : nil)
        return other.flatMap { met.insert([one, $0]).inserted ? (one, $0) : nil }
      }
    }
  }

  private func compared(
    _ one: Contender, _ other: Contender, by score: Score
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
  /// Whether it is what the paper proposes (section 4).
  fileprivate var isProposed: Bool { self == .m3 || self == .m4 }
}
