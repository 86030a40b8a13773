/// Mean and standard deviation of a sample.
public struct Moments: Hashable, Sendable {
  /// The number of values, >= 1.
  public let count: Int
  /// The arithmetic mean of the values.
  public let mean: Double
  /// The population standard deviation `sqrt(sum (x - mean)^2 / n)`, NumPy's `ddof=0`.
  public let populationDeviation: Double
  /// The sample standard deviation `sqrt(sum (x - mean)^2 / (n - 1))`, NumPy's `ddof=1`; nil for
  /// one value.
  public let sampleDeviation: Double?

  /// Computes the moments of `values`; nil if there are none.
  ///
  /// The values are summed in the given order, so equal values in equal order give equal bits.
  public init?(of values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    count = values.count
    self.mean = mean
    populationDeviation = (squares / Double(values.count)).squareRoot()  // equation (63)
    sampleDeviation =
      values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }
}
