import Foundation

/// A small volume, given in display order, as the bytes of a NIfTI file with any raw axes.
public struct SyntheticVolume {
  /// Columns, rows, slices.
  public var size: (Int, Int, Int)
  /// mm between columns, rows and slices.
  public var spacing = (1.0, 1.0, 1.0)
  /// The value at column, row and slice.
  public var value: (Int, Int, Int) -> Float

  /// A volume of `value`.
  public init(
    _ width: Int, _ height: Int, _ count: Int, value: @escaping (Int, Int, Int) -> Float
  ) {
    (size, self.value) = ((width, height, count), value)
  }

  /// The file. Written by hand, after nifti1.h, so that the reader under test is not its own judge.
  ///
  /// - Parameters:
  ///   - axes: where the raw axes run to, `RAS` or `LPS` say; the first two lie in the slice.
  ///   - isReal: float32 voxels instead of int16.
  public func nifti(axes: String = "RAS", isReal: Bool = false) -> Data {
    let letters = Array(axes)
    let turns = [letters[0] == "R", letters[1] == "A", letters[2] == "I"]
    var file = Data(count: 352)
    func put(_ value: some BitwiseCopyable, at offset: Int) {
      withUnsafeBytes(of: value) { file.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    put(Int32(348), at: 0)
    for (place, count) in [3, size.0, size.1, size.2, 1, 1, 1, 1].enumerated() {
      put(Int16(count), at: 40 + 2 * place)
    }
    put(Int16(isReal ? 16 : 4), at: 70)
    put(Int16(isReal ? 32 : 16), at: 72)
    for (place, step) in [1, spacing.0, spacing.1, spacing.2].enumerated() {
      put(Float(step), at: 76 + 4 * place)
    }
    put(Float(352), at: 108)
    put(UInt8(2), at: 123)
    put(Int16(1), at: 254)  // sform_code
    let steps = [spacing.0, spacing.1, spacing.2]
    for axis in 0..<3 {
      let isPositive = "RAS".contains(letters[axis])
      put(Float(isPositive ? steps[axis] : -steps[axis]), at: 280 + 16 * axis + 4 * axis)
    }
    file.replaceSubrange(344..<347, with: Data("n+1".utf8))
    for z in 0..<size.2 {
      for y in 0..<size.1 {
        for x in 0..<size.0 {
          let number = value(
            turns[0] ? size.0 - 1 - x : x, turns[1] ? size.1 - 1 - y : y,
            turns[2] ? size.2 - 1 - z : z)
          if isReal {
            withUnsafeBytes(of: number) { file.append(contentsOf: $0) }
          } else {
            withUnsafeBytes(of: Int16(number)) { file.append(contentsOf: $0) }
          }
        }
      }
    }
    return file
  }
}
