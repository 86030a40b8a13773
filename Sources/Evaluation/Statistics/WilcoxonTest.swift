import Foundation

/// The two-sided signed-rank test of Wilcoxon (Biometrics Bulletin 1, 1945) for paired samples.
///
/// The null hypothesis is that the differences of the pairs are distributed symmetrically about 0.
public struct WilcoxonTest: Hashable, Sendable {
  /// The distribution of the rank sum from which the p-value was computed.
  public enum Distribution: String, Hashable, Sendable {
    /// The exact distribution, by counting all choices of signs.
    case exact
    /// The normal distribution as the limit for many pairs.
    case normal
  }

  /// The largest number of pairs for which the exact distribution is used.
  package static let exactLimit = 25

  /// The number of pairs, >= 1, including those without a difference.
  public let pairs: Int
  /// The smaller of the rank sums of the positive and of the negative differences.
  public let statistic: Double
  /// The p-value, in `[0, 1]`: the probability of differences at least as asymmetric under the null
  /// hypothesis.
  public let p: Double
  /// The distribution from which `p` was computed.
  public let distribution: Distribution

  /// Tests the differences of pairs; nil if there are none.
  ///
  /// The absolute differences are ranked from 1, and equal ones share the mean of their ranks. Zero
  /// differences are ranked too, and then left out of both sums (Pratt 1959). The distribution is
  /// exact for at most 25 pairs, by counting the signs of the differences other than 0 over these
  /// ranks; otherwise it is the normal approximation without continuity correction, with mean and
  /// variance corrected for ties and zeros. SciPy computes the same with `zero_method="pratt"` and
  /// `method=PermutationMethod(n_resamples=inf)` or `method="asymptotic"`. If all differences are
  /// 0, p is 1.
  public init?(differences: [Double]) {
    guard !differences.isEmpty else { return nil }
    let ranks = MidRanks(of: differences.map(abs))
    func sum(where isCounted: (Double) -> Bool) -> Double {
      zip(differences, ranks.ranks).reduce(0) { $0 + (isCounted($1.0) ? $1.1 : 0) }
    }
    let positive = sum { $0 > 0 }
    let negative = sum { $0 < 0 }
    let zeros = differences.count { $0 == 0 }
    pairs = differences.count
    statistic = min(positive, negative)  // equation (67)
    distribution = pairs <= Self.exactLimit ? .exact : .normal
    switch distribution {
    case .exact:
      let signed = zip(differences, ranks.ranks).filter { $0.0 != 0 }.map(\.1)
      p = exactProbability(ofAtMost: statistic, ranks: signed)
    case .normal:
      p = normalProbability(of: positive, pairs: pairs, zeros: zeros, ties: ranks.ties)
    }
  }
}

/// The ranks of a sample, counted from 1; equal values share the mean of their ranks.
private struct MidRanks {
  /// The rank of each value, in the order of the values.
  private(set) var ranks: [Double]
  /// The sizes of the groups of equal values other than 0.
  private(set) var ties: [Int] = []

  init(of values: [Double]) {
    ranks = [Double](repeating: 0, count: values.count)
    let order = values.indices.sorted { values[$0] < values[$1] }
    var start = 0
    while start < order.count {
      let value = values[order[start]]
      let group = order[start...].prefix { values[$0] == value }
      for index in group { ranks[index] = Double(group.startIndex + 1 + group.endIndex) / 2 }
      if group.count > 1 && value != 0 { ties.append(group.count) }
      start = group.endIndex
    }
  }
}

/// Returns twice the share of the 2^n choices of signs whose positive ranks sum to at most `sum`; at
/// most 1.
///
/// Mean ranks are whole or half numbers, so that doubled ones are whole. The counts of at most 2^25
/// choices are exact in `Double`.
private func exactProbability(ofAtMost sum: Double, ranks: [Double]) -> Double {
  let doubled = ranks.map { Int(2 * $0) }
  // choices[s] counts the choices of positive ranks so far whose doubled sum is s.
  var choices = [Double](repeating: 0, count: doubled.reduce(1, +))
  choices[0] = 1
  for rank in doubled {
    for total in (rank..<choices.count).reversed() { choices[total] += choices[total - rank] }
  }
  // equation (68)
  return min(1, 2 * choices[...Int(2 * sum)].reduce(0, +) / Double(1 << ranks.count))
}

/// Returns the two-sided tail probability of the sum of positive ranks under its normal
/// approximation, with Pratt's correction for zeros and the usual one for ties.
private func normalProbability(
  of positive: Double, pairs: Int, zeros: Int, ties: [Int]
) -> Double {
  let n = Double(pairs)
  let z = Double(zeros)
  let mean = (n * (n + 1) - z * (z + 1)) / 4
  let tied = ties.reduce(0.0) { $0 + Double($1 * ($1 * $1 - 1)) }
  let variance = (n * (n + 1) * (2 * n + 1) - z * (z + 1) * (2 * z + 1) - tied / 2) / 24
  guard variance > 0 else { return 1 }
  // equation (69)
  return erfc(abs(positive - mean) / (2 * variance).squareRoot())
}
