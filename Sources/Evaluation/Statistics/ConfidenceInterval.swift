import Imaging

/// A confidence interval of the mean over the population from which the cases are drawn.
public struct ConfidenceInterval: Hashable, Sendable {
  /// The confidence level: the share of such intervals that hold the population's mean.
  public static let level = 0.95
  /// The number of bootstrap resamples of an interval.
  public static let resamples = 10_000

  /// The lower end, in the unit of the values.
  public let lower: Double
  /// The upper end, >= `lower`, in the unit of the values.
  public let upper: Double

  /// Computes the percentile bootstrap interval of the mean (Efron, Annals of Statistics 7, 1979).
  ///
  /// Samples of the size of `values` are drawn from them with replacement; the ends are the
  /// `(1 - level) / 2` and `(1 + level) / 2` quantiles of the samples' means, interpolated
  /// linearly (`quantile`). The bias is not corrected, so the interval is somewhat too narrow for
  /// few cases. Equal values in equal order and equal seeds give equal intervals. The result is
  /// nil for fewer than two values.
  ///
  /// - Parameters:
  ///   - values: the sample, one value for each case.
  ///   - level: the confidence level, in `(0, 1)`.
  ///   - resamples: the number of samples that are drawn, >= 1.
  ///   - seed: the seed of the draws.
  public init?(
    ofMean values: [Double], level: Double = ConfidenceInterval.level,
    resamples: Int = ConfidenceInterval.resamples, seed: UInt64
  ) {
    guard values.count > 1 else { return nil }
    var generator = SplitMix64(seed: seed)
    let means = (0..<resamples).map { _ in
      let sum = values.indices.reduce(0) { sum, _ in sum + generator.pick(from: values) }
      return sum / Double(values.count)
    }.sorted()
    // equation (66)
    lower = quantile((1 - level) / 2, of: means)
    upper = quantile((1 + level) / 2, of: means)
  }
}

extension SplitMix64 {
  /// Draws one of the values.
  ///
  /// The index is the high word of a product (Lemire 2019) without rejection. For up to 64 values
  /// their probabilities differ by less than 2^-58.
  fileprivate mutating func pick(from values: [Double]) -> Double {
    values[Int(next().multipliedFullWidth(by: UInt64(values.count)).high)]
  }
}
