import Imaging

/// Where the mean over all such cases is presumed to lie, given those that there are.
public struct ConfidenceInterval: Hashable, Sendable {
  /// The share of such intervals that hold the mean of the population, if the cases are drawn from it.
  public static let level = 0.95
  /// Resamples from which an interval is made.
  public static let resamples = 10_000

  /// The lower end.
  public let lower: Double
  /// The upper end, >= `lower`.
  public let upper: Double

  /// The percentile bootstrap interval of the mean (Efron 1979): the quantiles of the means of
  /// samples of the same size, drawn from `values` with replacement. Equal values, in equal order, and
  /// seeds give equal intervals.
  ///
  /// For few cases it is somewhat too narrow. Nil for fewer than two values.
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
    lower = quantile((1 - level) / 2, of: means)
    upper = quantile((1 + level) / 2, of: means)
  }
}

extension SplitMix64 {
  /// One of the values, each as likely as the others to 2^-58 for up to 64 of them: the high word of
  /// a product (Lemire 2019), without his rejection.
  fileprivate mutating func pick(from values: [Double]) -> Double {
    values[Int(next().multipliedFullWidth(by: UInt64(values.count)).high)]
  }
}
