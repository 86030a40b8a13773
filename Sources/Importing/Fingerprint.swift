import Imaging

/// What a volume is like, in numbers (after nnU-Net's data set fingerprint).
public struct Fingerprint: Hashable, Sendable, Codable {
  /// Columns, rows and slices of the display.
  public var size: [Int]
  /// Millimetres between columns, rows and slices.
  public var spacing: [Double]
  /// The intensities' 0.5th, 1st, 5th, 50th, 95th, 99th and 99.5th percentiles.
  public var percentiles: [Double]
  /// What was taken from every intensity, so that they are Hounsfield units.
  public var shift: Double

  static let ranks = [0.005, 0.01, 0.05, 0.5, 0.95, 0.99, 0.995]
  /// Values that percentiles are taken from.
  private static let sampleCount = 1 << 20

  /// Looks at a volume.
  ///
  /// - Parameter shift: taken off where the 1st percentile exceeds -500: air, in Hounsfield units,
  ///   lies near -1000, and there is air in every scan (MATH: section 8b).
  init(_ volume: Volume, shift: Float?) {
    let grid = volume.grid
    size = [grid.width, grid.height, grid.sliceCount]
    spacing = [grid.spacing.x, grid.spacing.y, grid.sliceSpacing]
    let sorted = volume.sampled(atMost: Self.sampleCount).filter(\.isFinite).sorted()
    let found = Self.ranks.map { percentile(sorted, $0) }
    self.shift = shift.map { found[1] > -500 ? Double($0) : 0 } ?? 0
    percentiles = found
    for index in found.indices { percentiles[index] -= self.shift }
  }
}

/// Linear between the two nearest of sorted values; 0 where there are none.
func percentile(_ sorted: [Float], _ rank: Double) -> Double {
  guard let last = sorted.indices.last else { return 0 }
  let place = rank * Double(last)
  let below = Int(place)
  let (low, high) = (Double(sorted[below]), Double(sorted[min(below + 1, last)]))
  return low + (place - Double(below)) * (high - low)
}
