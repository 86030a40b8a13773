import Errors
import Foundation

/// A three-dimensional scan or mask with the voxel order and type of its file.
///
/// Slices are extracted in display orientation, one at a time, so that memory holds a large volume
/// only once, in the voxel type of its file.
public struct Volume: Sendable {
  /// The grid of the voxels in the patient.
  public let grid: VolumeGrid
  /// The type of a raw voxel.
  public let type: VoxelType
  /// The slope of the voxels' scaling: the value of a voxel is `slope * raw + intercept`.
  public let slope: Double
  /// The intercept of the voxels' scaling.
  public let intercept: Double
  /// The raw voxels in this machine's byte order; the first raw axis varies fastest.
  let samples: Data
  /// The header of the NIfTI file from which the volume was read, or nil.
  var header: Data?
  /// Sentences about the reading of the file that its user should know, without the file's name.
  public var remarks: [String] = []

  /// Creates a volume from raw voxels.
  ///
  /// - Precondition: `samples` holds as many voxels of `type` as `grid`.
  public init(
    grid: VolumeGrid, type: VoxelType, samples: Data, slope: Double = 1, intercept: Double = 0
  ) {
    let voxels = grid.size.x * grid.size.y * grid.size.z
    precondition(
      samples.count == voxels * type.byteCount,
      "\(voxels) voxels need \(voxels * type.byteCount) bytes, got \(samples.count)")
    self.grid = grid
    self.type = type
    self.samples = samples
    self.slope = slope
    self.intercept = intercept
  }

  /// Creates a volume of one slice from an image, of which no more than the spacing is known.
  public init(_ image: Image) {
    self.init(
      grid: VolumeGrid(
        size: SIMD3(image.width, image.height, 1), sliceSpacing: image.spacing),
      type: .float32, samples: image.pixels.withUnsafeBytes { Data($0) })
  }

  /// Returns the same voxels on another grid.
  ///
  /// - Precondition: both grids have the same size along each raw axis.
  public func onGrid(_ other: VolumeGrid) -> Volume {
    precondition(other.size == grid.size, "grids of \(grid.size) and \(other.size) voxels")
    return Volume(
      grid: other, type: type, samples: samples, slope: slope, intercept: intercept)
  }

  /// Returns the same volume, displayed in slices of another plane.
  public func cut(_ plane: Plane) -> Volume {
    var turned = onGrid(grid.cut(plane))
    turned.header = header
    turned.remarks = remarks
    return turned
  }

  /// Returns the slice at `index` in display orientation.
  ///
  /// - Precondition: `0..<grid.sliceCount` contains `index`.
  public func slice(_ index: Int) -> Image {
    precondition((0..<grid.sliceCount).contains(index), "no slice \(index)")
    let order = grid.displayOrder
    return Image(
      width: grid.width, height: grid.height, spacing: grid.spacing,
      pixels: values(
        StridedIndices(
          start: order.index(x: 0, y: 0, slice: index), inner: (grid.width, order.strides[0]),
          outer: (grid.height, order.strides[1]))))
  }

  /// Returns the slice at `index` in display orientation.
  ///
  /// - Parameters:
  ///   - index: the index of the slice in the displayed plane.
  ///   - name: the name of the volume in errors.
  /// - Throws: `DipperError` of code `imageMalformed` if a value is not a finite number.
  public func finiteSlice(_ index: Int, name: String) throws -> Image {
    let slice = slice(index)
    guard slice.pixels.allSatisfy(\.isFinite) else {
      throw DipperError(
        .imageMalformed, "slice \(index) of \(name) holds values that are not finite numbers")
    }
    return slice
  }

  /// Returns at most `count` values at equal distances in raw order, spread over all rows and
  /// columns.
  public func sampled(atMost count: Int) -> [Float] {
    let voxels = samples.count / type.byteCount
    var step = max(1, (voxels + count - 1) / count)
    // A step with a common factor with the slice's size would visit only some of the columns.
    while greatestCommonDivisor(of: step, and: grid.size.x * grid.size.y) > 1 { step += 1 }
    return values(
      StridedIndices(start: 0, inner: ((voxels + step - 1) / step, step), outer: (1, 0)))
  }

  /// The indices of voxels at equal distances in two directions; the inner one varies fastest.
  struct StridedIndices {
    var start: Int
    var inner: (count: Int, stride: Int)
    var outer: (count: Int, stride: Int)
  }

  private func values(_ indices: StridedIndices) -> [Float] {
    switch type {
    case .int8: values(indices) { Double($0 as Int8) }
    case .uint8: values(indices) { Double($0 as UInt8) }
    case .int16: values(indices) { Double($0 as Int16) }
    case .uint16: values(indices) { Double($0 as UInt16) }
    case .int32: values(indices) { Double($0 as Int32) }
    case .uint32: values(indices) { Double($0 as UInt32) }
    case .int64: values(indices) { Double($0 as Int64) }
    case .uint64: values(indices) { Double($0 as UInt64) }
    case .float32: values(indices) { Double($0 as Float) }
    case .float64: values(indices) { $0 as Double }
    }
  }

  private func values<Sample: BitwiseCopyable>(
    _ indices: StridedIndices, number: (Sample) -> Double
  ) -> [Float] {
    samples.withUnsafeBytes { raw in
      [Float](unsafeUninitializedCapacity: indices.inner.count * indices.outer.count) {
        buffer, count in
        for row in 0..<indices.outer.count {
          var index = indices.start + row * indices.outer.stride
          for _ in 0..<indices.inner.count {
            let sample = raw.loadUnaligned(
              fromByteOffset: index * MemoryLayout<Sample>.size, as: Sample.self)
            buffer[count] = Float(number(sample) * slope + intercept)
            count += 1
            index += indices.inner.stride
          }
        }
      }
    }
  }
}

private func greatestCommonDivisor(of one: Int, and other: Int) -> Int {
  other == 0 ? one : greatestCommonDivisor(of: other, and: one % other)
}

/// The type of a raw voxel.
public enum VoxelType: Hashable, Sendable, CaseIterable {
  /// An integer with or without sign, or a floating-point number; the name ends in the number of
  /// bits.
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64

  /// The number of bytes of a voxel.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}
