/// Eight neighbouring pixels of a row, processed by one instruction.
package typealias PixelVector = SIMD8<Float>

/// A field on the pixel grid, laid out for loops over whole vectors of pixels.
///
/// The layout is row-major. Rows are padded to a multiple of eight pixels and the grid is
/// surrounded by zeros, so that a vector and its neighbours to the left, right, above and below can
/// be read at every index of the grid. Padding never reaches a result, because differences across
/// the last column and row are masked out.
package final class PaddedField {
  /// Number of columns of the image.
  let width: Int
  /// Number of rows of the image.
  let height: Int
  /// Distance in memory from one row to the next, a multiple of eight.
  package let stride: Int
  private let memory: UnsafeMutablePointer<Float>
  private let origin: UnsafeMutablePointer<Float>

  /// Makes a field that is zero everywhere.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    stride =
      (width + PixelVector.scalarCount - 1) / PixelVector.scalarCount * PixelVector.scalarCount
    let margin = stride + PixelVector.scalarCount
    let capacity = stride * height + 2 * margin
    memory = .allocate(capacity: capacity)
    memory.initialize(repeating: 0, count: capacity)
    origin = memory + margin
  }

  /// Makes a field of the given values, row-major without padding.
  convenience init(width: Int, height: Int, values: [Float]) {
    self.init(width: width, height: height)
    self.values = values
  }

  /// Makes a row that is 1 in every column but the last, where it is 0: the mask of forward
  /// differences.
  static func forwardMask(width: Int) -> PaddedField {
    PaddedField(width: width, height: 1, values: (0..<width).map { $0 + 1 < width ? 1 : 0 })
  }

  deinit { memory.deallocate() }

  /// Eight pixels from `offset = y * stride + x` on; offsets one row or one pixel outside of the
  /// grid are valid too.
  subscript(offset: Int) -> PixelVector {
    @inline(__always) get {
      UnsafeRawPointer(origin + offset).loadUnaligned(as: PixelVector.self)
    }
    @inline(__always) set {
      UnsafeMutableRawPointer(origin + offset).storeBytes(of: newValue, as: PixelVector.self)
    }
  }

  /// Values of the image's pixels, row-major without padding.
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
  /// Returns the larger of each lane and the same lane of `low`.
  @inline(__always)
  func clamped(atLeast low: Self) -> Self { replacing(with: low, where: self .< low) }

  /// Returns each lane clamped to `0...1`.
  @inline(__always)
  func clampedToUnit() -> Self {
    let one = Self(repeating: 1)
    return clamped(atLeast: .zero).replacing(with: one, where: self .> one)
  }
}
