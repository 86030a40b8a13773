import Foundation

extension Volume {
  /// Returns the volume with every value that is not finite, such as a NaN background, replaced by
  /// the smallest finite value, and the number of those replaced; nil if no value is finite.
  package func withFiniteValues() -> (volume: Volume, replaced: Int)? {
    switch type {
    case .float32: filled(Float.self)
    case .float64: filled(Double.self)
    default: (self, 0)
    }
  }

  private func filled<Sample: BinaryFloatingPoint & BitwiseCopyable>(
    _ kind: Sample.Type
  ) -> (volume: Volume, replaced: Int)? {
    var replaced = 0
    var smallest: Sample?
    forEachSample { (sample: Sample) in
      if !isFinite(sample) {
        replaced += 1
      } else if smallest.map({ isLess(sample, than: $0) }) ?? true {
        smallest = sample
      }
    }
    guard replaced > 0 else { return (self, 0) }
    return smallest.map { (withSamples(filling($0)), replaced) }
  }

  private func forEachSample<Sample: BitwiseCopyable>(_ visit: (Sample) -> Void) {
    samples.withUnsafeBytes { raw in
      for offset in stride(from: 0, to: raw.count, by: MemoryLayout<Sample>.size) {
        visit(raw.loadUnaligned(fromByteOffset: offset, as: Sample.self))
      }
    }
  }

  /// Tells whether a raw voxel has a value that a pixel can hold.
  private func isFinite(_ sample: some BinaryFloatingPoint) -> Bool {
    Float(Double(sample) * slope + intercept).isFinite
  }

  /// Compares the values of raw voxels, which run the other way if the slope is negative.
  private func isLess<Sample: BinaryFloatingPoint>(_ one: Sample, than other: Sample) -> Bool {
    slope < 0 ? one > other : one < other
  }

  /// Returns the raw voxels with `sample` in place of those that are not finite.
  private func filling<Sample: BinaryFloatingPoint & BitwiseCopyable>(_ sample: Sample) -> Data {
    let size = MemoryLayout<Sample>.size
    var filled = Data(samples)
    filled.withUnsafeMutableBytes { raw in
      for offset in stride(from: 0, to: raw.count, by: size)
      where !isFinite(raw.loadUnaligned(fromByteOffset: offset, as: Sample.self)) {
        raw.storeBytes(of: sample, toByteOffset: offset, as: Sample.self)
      }
    }
    return filled
  }

  /// Returns the same volume with other raw voxels.
  private func withSamples(_ other: Data) -> Volume {
    var volume = Volume(
      grid: grid, type: type, samples: other, slope: slope, intercept: intercept)
    volume.header = header
    volume.remarks = remarks
    return volume
  }
}
