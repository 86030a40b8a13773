import Imaging

/// The size, spacing and intensities of a volume, after the data set fingerprint of nnU-Net
/// (Isensee et al., Nature Methods 18, 2021).
public struct VolumeStatistics: Hashable, Sendable, Codable {
  /// The numbers of columns, rows and slices of the display.
  public var size: [Int]
  /// The distances between columns, rows and slices, in mm; nil if the file does not give them.
  public var spacing: [Double]?
  /// The unit of distances in the volume's slices: pixels if the spacing is unknown.
  public var unit: LengthUnit?
  /// The 0.5th, 1st, 5th, 50th, 95th, 99th and 99.5th percentiles of the intensities, after the
  /// shift.
  public var percentiles: [Double]
  /// The number that is subtracted from every intensity to obtain Hounsfield units; 0 for none.
  public var shift: Double

  /// The ranks of the percentiles, in `[0, 1]`.
  static let ranks = [0.005, 0.01, 0.05, 0.5, 0.95, 0.99, 0.995]
  /// The largest number of voxels from which the percentiles are computed.
  private static let sampleCount = 1 << 20

  /// Computes the statistics of a volume.
  ///
  /// - Parameter shift: a number to subtract if the 1st percentile exceeds -500, or nil. Every scan
  ///   contains air, which lies near -1000 in Hounsfield units, so a scan without such low values
  ///   is in other units.
  init(of volume: Volume, shift: Float?) {
    let grid = volume.grid
    size = [grid.width, grid.height, grid.sliceCount]
    let isKnown = grid.unit == .millimetre
    spacing = isKnown ? [grid.spacing.x, grid.spacing.y, grid.sliceSpacing] : nil
    unit = grid.unit
    let sorted = volume.sampled(atMost: Self.sampleCount).filter(\.isFinite).sorted()
    let found = Self.ranks.map { percentile($0, of: sorted) }
    self.shift = shift.map { found[1] > -500 ? Double($0) : 0 } ?? 0
    percentiles = found
    for index in found.indices { percentiles[index] -= self.shift }
  }
}

/// Returns a percentile of sorted values, interpolated linearly between the two nearest; 0 if there
/// are none.
///
/// - Parameter rank: the rank of the percentile, in `[0, 1]`.
func percentile(_ rank: Double, of sorted: [Float]) -> Double {
  guard let last = sorted.indices.last else { return 0 }
  let position = rank * Double(last)
  let below = Int(position)
  let low = Double(sorted[below])
  let high = Double(sorted[min(below + 1, last)])
  return low + (position - Double(below)) * (high - low)
}
