/// Eight neighbouring pixels of a row.
package typealias Lanes = SIMD8<Float>

/// A field on the pixel grid, laid out so that loops run over whole vectors of pixels.
///
/// Row-major; rows are padded to a multiple of eight and zeros lie all round, so that a vector and
/// its neighbours to the left, right, above and below can be read at every place of the grid.
/// Padding never reaches a result: differences across the last column and row are masked out.
package final class Plane {
  /// Columns and rows of the image.
  let width: Int
  let height: Int
  /// Distance from one row to the next in memory; a multiple of eight.
  package let stride: Int
  private let memory: UnsafeMutablePointer<Float>
  private let origin: UnsafeMutablePointer<Float>

  /// Zero everywhere.
  package init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    stride = (width + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
    let margin = stride + Lanes.scalarCount
    let capacity = stride * height + 2 * margin
    memory = .allocate(capacity: capacity)
    memory.initialize(repeating: 0, count: capacity)
    origin = memory + margin
  }

  /// These values, row-major.
  convenience init(width: Int, height: Int, _ values: [Float]) {
    self.init(width: width, height: height)
    self.values = values
  }

  deinit { memory.deallocate() }

  /// Memory that the grid covers, padding of rows included.
  var count: Int { stride * height }

  /// Eight pixels from `offset = y * stride + x` on; offsets one row or one pixel off the grid are
  /// readable.
  subscript(offset: Int) -> Lanes {
    @inline(__always) get {
      UnsafeRawPointer(origin + offset).loadUnaligned(as: Lanes.self)
    }
    @inline(__always) set {
      UnsafeMutableRawPointer(origin + offset).storeBytes(of: newValue, as: Lanes.self)
    }
  }

  /// The image's values, row-major without padding.
  var values: [Float] {
    get {
      [Float](unsafeUninitializedCapacity: width * height) { buffer, count in
        for y in 0..<height {
          for x in 0..<width { buffer[y * width + x] = origin[y * stride + x] }
        }
        count = width * height
      }
    }
    set {
      precondition(newValue.count == width * height)
      for y in 0..<height {
        for x in 0..<width { origin[y * stride + x] = newValue[y * width + x] }
      }
    }
  }
}

extension SIMD8<Float> {
  /// The larger of two, lane by lane.
  @inline(__always)
  func clamped(atLeast low: Self) -> Self { replacing(with: low, where: self .< low) }

  /// Each lane within `0...1`.
  @inline(__always)
  func clampedToUnit() -> Self {
    let one = Self(repeating: 1)
    return clamped(atLeast: .zero).replacing(with: one, where: self .> one)
  }
}
