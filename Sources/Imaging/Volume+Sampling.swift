import Foundation

/// Points at equal distances in a plane through a volume, in raw voxel indices of that volume.
public struct SampledPlane: Hashable, Sendable {
  /// The first point of the first row.
  public var start: SIMD3<Double>
  /// The vector from a point to the next one of its row.
  public var column: SIMD3<Double>
  /// The vector from a row to the next one.
  public var row: SIMD3<Double>
  /// The number of points in a row.
  public var width: Int
  /// The number of rows.
  public var height: Int

  /// Creates a plane from its points.
  public init(
    start: SIMD3<Double>, column: SIMD3<Double>, row: SIMD3<Double>, width: Int, height: Int
  ) {
    self.start = start
    self.column = column
    self.row = row
    self.width = width
    self.height = height
  }
}

extension Volume {
  /// Returns the values of the voxels nearest to the points of a plane, row by row; NaN for a point
  /// that is more than half a voxel away from the volume.
  public func nearestValues(to plane: SampledPlane) -> [Float] {
    samples.withUnsafeBytes { raw in
      var values: [Float] = []
      values.reserveCapacity(plane.width * plane.height)
      for y in 0..<plane.height {
        let first = plane.start + plane.row * Double(y)
        for x in 0..<plane.width {
          let index = index(nearest: first + plane.column * Double(x))
          values.append(index.map { value(in: raw, at: $0) } ?? .nan)
        }
      }
      return values
    }
  }

  /// Returns the index in memory of the voxel nearest to a point; nil outside of the volume.
  ///
  /// A point in the middle between two voxels belongs to the second one, also if rounding has moved
  /// it a little.
  private func index(nearest point: SIMD3<Double>) -> Int? {
    let nearest = (point + (0.5 + 1e-6)).rounded(.down)
    guard nearest.min() >= 0, nearest.x < Double(grid.size.x), nearest.y < Double(grid.size.y),
      nearest.z < Double(grid.size.z)
    else { return nil }
    return Int(nearest.x) + grid.size.x * (Int(nearest.y) + grid.size.y * Int(nearest.z))
  }

  private func value(in raw: UnsafeRawBufferPointer, at index: Int) -> Float {
    Float(type.number(in: raw, at: index) * slope + intercept)
  }
}

extension VoxelType {
  /// Returns the number that a voxel of this type holds in memory.
  fileprivate func number(in raw: UnsafeRawBufferPointer, at index: Int) -> Double {
    func load<Sample: BitwiseCopyable>(_: Sample.Type) -> Sample {
      raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Sample>.size, as: Sample.self)
    }
    return switch self {
    case .int8: Double(load(Int8.self))
    case .uint8: Double(load(UInt8.self))
    case .int16: Double(load(Int16.self))
    case .uint16: Double(load(UInt16.self))
    case .int32: Double(load(Int32.self))
    case .uint32: Double(load(UInt32.self))
    case .int64: Double(load(Int64.self))
    case .uint64: Double(load(UInt64.self))
    case .float32: Double(load(Float.self))
    case .float64: load(Double.self)
    }
  }
}
