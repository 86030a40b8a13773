import Foundation

/// A three-dimensional scan or mask as its file holds it: raw order, raw type.
///
/// Slices come out in display orientation, one at a time, so that a large volume is in memory once
/// and in its file's own type.
public struct Volume: Sendable {
  /// Where its voxels lie.
  public let grid: VolumeGrid
  /// Of a raw voxel.
  public let type: VoxelType
  /// A voxel means `slope * raw + intercept`.
  public let slope: Double
  /// See `slope`.
  public let intercept: Double
  /// Raw voxels in this machine's byte order, the first raw axis the fastest.
  let samples: Data
  /// The header of the NIfTI file that it comes from.
  var header: Data?

  /// A volume of raw voxels.
  ///
  /// - Precondition: `samples` holds as many voxels of `type` as `grid`.
  public init(
    grid: VolumeGrid, type: VoxelType, samples: Data, slope: Double = 1, intercept: Double = 0
  ) {
    let voxels = grid.size.x * grid.size.y * grid.size.z
    precondition(samples.count == voxels * type.byteCount, "\(voxels) voxels need more or less")
    (self.grid, self.type, self.samples) = (grid, type, samples)
    (self.slope, self.intercept) = (slope, intercept)
  }

  /// A volume of one slice, as an image file holds it.
  public init(_ image: Image) {
    self.init(
      grid: VolumeGrid(
        size: SIMD3(image.width, image.height, 1),
        spacing: SIMD3(image.spacing.x, image.spacing.y, 1)),
      type: .float32, samples: image.pixels.withUnsafeBytes { Data($0) })
  }

  /// The same voxels, read as if they lay on another grid of as many along each raw axis.
  ///
  /// - Precondition: the sizes are equal.
  public func onGrid(_ other: VolumeGrid) -> Volume {
    precondition(other.size == grid.size, "grids of \(grid.size) and \(other.size) voxels")
    return Volume(
      grid: other, type: type, samples: samples, slope: slope, intercept: intercept)
  }

  /// The slice at `index`, counted from the feet, in display orientation.
  ///
  /// - Precondition: `0..<grid.sliceCount` contains `index`.
  public func slice(_ index: Int) -> Image {
    precondition((0..<grid.sliceCount).contains(index), "no slice \(index)")
    let (start, strides) = grid.displayOrder
    return Image(
      width: grid.width, height: grid.height, spacing: grid.spacing,
      pixels: values(
        Lattice(
          start: start + index * strides[2], inner: (grid.width, strides[0]),
          outer: (grid.height, strides[1]))))
  }

  /// At most `count` values, taken at equal distances in raw order, from all rows and columns alike.
  public func sampled(atMost count: Int) -> [Float] {
    let voxels = samples.count / type.byteCount
    var step = max(1, (voxels + count - 1) / count)
    // A step that shares a factor with a side would meet the same columns again and again.
    while greatestCommonDivisor(step, grid.size.x * grid.size.y) > 1 { step += 1 }
    return values(
      Lattice(start: 0, inner: ((voxels + step - 1) / step, step), outer: (1, 0)))
  }

  /// Voxels at equal distances in two directions: a count and a stride of each.
  struct Lattice {
    var start: Int
    var inner: (count: Int, stride: Int)
    var outer: (count: Int, stride: Int)
  }

  private func values(_ lattice: Lattice) -> [Float] {
    switch type {
    case .int8: values(lattice) { Double($0 as Int8) }
    case .uint8: values(lattice) { Double($0 as UInt8) }
    case .int16: values(lattice) { Double($0 as Int16) }
    case .uint16: values(lattice) { Double($0 as UInt16) }
    case .int32: values(lattice) { Double($0 as Int32) }
    case .uint32: values(lattice) { Double($0 as UInt32) }
    case .int64: values(lattice) { Double($0 as Int64) }
    case .uint64: values(lattice) { Double($0 as UInt64) }
    case .float32: values(lattice) { Double($0 as Float) }
    case .float64: values(lattice) { $0 as Double }
    }
  }

  private func values<Sample: BitwiseCopyable>(
    _ lattice: Lattice, _ number: (Sample) -> Double
  ) -> [Float] {
    samples.withUnsafeBytes { raw in
      [Float](unsafeUninitializedCapacity: lattice.inner.count * lattice.outer.count) {
        buffer, count in
        for row in 0..<lattice.outer.count {
          var place = lattice.start + row * lattice.outer.stride
          for _ in 0..<lattice.inner.count {
            let sample = raw.loadUnaligned(
              fromByteOffset: place * MemoryLayout<Sample>.size, as: Sample.self)
            buffer[count] = Float(number(sample) * slope + intercept)
            count += 1
            place += lattice.inner.stride
          }
        }
      }
    }
  }
}

private func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
  other == 0 ? one : greatestCommonDivisor(other, one % other)
}

/// The type of a raw voxel.
public enum VoxelType: Hashable, Sendable, CaseIterable {
  /// Integers with and without sign, and real numbers, of so many bits.
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64

  /// Bytes of a voxel.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}
