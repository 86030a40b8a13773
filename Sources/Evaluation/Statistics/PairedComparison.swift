import Experiments

/// A method of the paper's proposal against another one, on the cases that both have.
public struct PairedComparison: Hashable, Sendable {
  /// The data set's name.
  public let dataset: String
  /// The setting of both; empty where there is one only.
  public let setting: String
  /// What is compared.
  public let score: Score
  /// M3 or M4.
  public let method: Method
  /// The other one.
  public let other: Method
  /// The mean of `method`'s scores less `other`'s.
  public let meanDifference: Double
  /// On the differences; seeds are averaged for each case first.
  public let test: WilcoxonTest
  /// `test.p` after Holm's adjustment for all comparisons of this data set, setting and score.
  public internal(set) var adjusted: Double
}

extension ScoreTable {
  /// M3 and M4 against every other method with the same setting, by one score; M3 against M4 once.
  /// Pairs of methods that share no case are left out.
  public func pairedComparisons(of dataset: String, by score: Score) -> [PairedComparison] {
    let contenders = contenders(of: dataset)
    return Set(contenders.map(\.setting)).sorted().flatMap { setting in
      let rivals = contenders.filter { $0.setting == setting }
      var comparisons = rivals.filter(\.method.isProposed).flatMap { proposed in
        rivals.compactMap { compared(proposed, $0, by: score) }
      }
      let adjusted = holmAdjusted(comparisons.map(\.test.p))
      for index in comparisons.indices { comparisons[index].adjusted = adjusted[index] }
      return comparisons
    }
  }

  private func compared(
    _ one: Contender, _ other: Contender, by score: Score
  ) -> PairedComparison? {
    guard one.method != other.method && !(one.method == .m4 && other.method == .m3) else {
      return nil
    }
    let others = Dictionary(
      uniqueKeysWithValues: scores(of: other).caseMeans(of: score).map { ($0.caseID, $0.value) })
    let differences = scores(of: one).caseMeans(of: score).compactMap { mean in
      others[mean.caseID].map { mean.value - $0 }
    }
    guard let test = WilcoxonTest(differences: differences),
      let moments = Moments(of: differences)
    else { return nil }
    return PairedComparison(
      dataset: one.dataset, setting: one.setting, score: score, method: one.method,
      other: other.method, meanDifference: moments.mean, test: test, adjusted: test.p)
  }
}

extension Method {
  /// Whether it is what the paper proposes (section 4).
  fileprivate var isProposed: Bool { self == .m3 || self == .m4 }
}
