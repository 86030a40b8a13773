import Foundation

/// The signed-rank test of Wilcoxon 1945 for paired samples, two-sided: whether the differences are
/// symmetric about 0.
public struct WilcoxonTest: Hashable, Sendable {
  /// How the probability was found.
  public enum Distribution: String, Hashable, Sendable {
    /// By counting all signs.
    case exact
    /// By the normal distribution that it approaches.
    case normal
  }

  /// The largest number of pairs that is counted out.
  static let mostExact = 25

  /// The number of pairs, >= 1, those without a difference included.
  public let pairs: Int
  /// The smaller of the sums of the ranks of the positive and of the negative differences.
  public let statistic: Double
  /// The probability of differences at least as lopsided where they are symmetric about 0.
  public let p: Double
  /// How `p` was found.
  public let distribution: Distribution

  /// Tests the differences of pairs; nil where there are none.
  ///
  /// Exact for at most 25 pairs without a tie or a zero. Otherwise the normal approximation without
  /// continuity correction: ties share the mean of their ranks and zeros are ranked, then left out
  /// (Pratt 1959), and mean and variance are corrected for both. SciPy: `wilcoxon(d,
  /// zero_method="pratt", method="exact" | "asymptotic")`. Where all differences are 0, p is 1.
  public init?(differences: [Double]) {
    guard !differences.isEmpty else { return nil }
    let ranks = SharedRanks(of: differences.map(abs))
    func sum(where isCounted: (Double) -> Bool) -> Double {
      zip(differences, ranks.ranks).reduce(0) { $0 + (isCounted($1.0) ? $1.1 : 0) }
    }
    let (positive, negative) = (sum { $0 > 0 }, sum { $0 < 0 })
    let zeros = differences.count { $0 == 0 }
    pairs = differences.count
    statistic = min(positive, negative)
    let isExact = pairs <= Self.mostExact && zeros == 0 && ranks.ties.isEmpty
    distribution = isExact ? .exact : .normal
    p =
      isExact
      ? exactProbability(ofAtMost: Int(statistic), pairs: pairs)
      : normalProbability(of: positive, pairs: pairs, zeros: zeros, ties: ranks.ties)
  }
}

/// Ranks from 1; equal values share the mean of theirs.
private struct SharedRanks {
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

/// Twice the share of the 2^n choices of signs whose sum of ranks is at most `sum`.
private func exactProbability(ofAtMost sum: Int, pairs: Int) -> Double {
  // The number of subsets of 1...n with each sum, one rank after the other.
  var subsets = [Double](repeating: 0, count: pairs * (pairs + 1) / 2 + 1)
  subsets[0] = 1
  for rank in 1...pairs {
    for total in (rank..<subsets.count).reversed() { subsets[total] += subsets[total - rank] }
  }
  return min(1, 2 * subsets[...sum].reduce(0, +) / Double(1 << pairs))
}

/// The two-sided tail of the normal distribution of the sum of positive ranks.
private func normalProbability(
  of positive: Double, pairs: Int, zeros: Int, ties: [Int]
) -> Double {
  let (n, z) = (Double(pairs), Double(zeros))
  let mean = (n * (n + 1) - z * (z + 1)) / 4
  let tied = ties.reduce(0.0) { $0 + Double($1 * ($1 * $1 - 1)) }
  let variance = (n * (n + 1) * (2 * n + 1) - z * (z + 1) * (2 * z + 1) - tied / 2) / 24
  guard variance > 0 else { return 1 }
  return erfc(abs(positive - mean) / (2 * variance).squareRoot())
}
