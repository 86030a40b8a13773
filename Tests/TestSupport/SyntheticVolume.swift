import Foundation

/// A small volume, given in display order, that can be written as a NIfTI file with any axes.
///
/// The file is written by hand after nifti1.h, so that the reader under test is not its own judge.
public struct SyntheticVolume {
  /// Number of columns, rows and slices.
  public var size: (Int, Int, Int)
  /// Distance between columns, rows and slices in mm.
  public var spacing = (1.0, 1.0, 1.0)
  /// Returns the value at a column, row and slice.
  public var value: (Int, Int, Int) -> Float

  /// Creates a volume of `width` columns, `height` rows and `count` slices.
  public init(width: Int, height: Int, count: Int, value: @escaping (Int, Int, Int) -> Float) {
    size = (width, height, count)
    self.value = value
  }

  /// Returns the bytes of a NIfTI-1 file.
  ///
  /// - Parameters:
  ///   - axes: directions of the raw axes, for instance `RAS` or `LPS`; the first two lie in the
  ///     slice.
  ///   - isReal: true for float32 voxels, false for int16.
  public func nifti(axes: String = "RAS", isReal: Bool = false) -> Data {
    header(axes: Array(axes), isReal: isReal) + voxels(axes: Array(axes), isReal: isReal)
  }

  private func header(axes: [Character], isReal: Bool) -> Data {
    var header = Data(count: 352)
    func put(_ value: some BitwiseCopyable, at offset: Int) {
      withUnsafeBytes(of: value) { header.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    put(Int32(348), at: 0)
    for (index, count) in [3, size.0, size.1, size.2, 1, 1, 1, 1].enumerated() {
      put(Int16(count), at: 40 + 2 * index)
    }
    put(Int16(isReal ? 16 : 4), at: 70)  // datatype
    put(Int16(isReal ? 32 : 16), at: 72)  // bitpix
    let steps = [spacing.0, spacing.1, spacing.2]
    for (index, step) in ([1] + steps).enumerated() { put(Float(step), at: 76 + 4 * index) }
    put(Float(352), at: 108)  // vox_offset
    put(UInt8(2), at: 123)  // xyzt_units: mm
    put(Int16(1), at: 254)  // sform_code
    for axis in 0..<3 {
      let isPositive = "RAS".contains(axes[axis])
      put(Float(isPositive ? steps[axis] : -steps[axis]), at: 280 + 16 * axis + 4 * axis)
    }
    header.replaceSubrange(344..<347, with: Data("n+1".utf8))
    return header
  }

  private func voxels(axes: [Character], isReal: Bool) -> Data {
    let isReversed = [axes[0] == "R", axes[1] == "A", axes[2] == "I"]
    var voxels = Data()
    for z in 0..<size.2 {
      for y in 0..<size.1 {
        for x in 0..<size.0 {
          let number = value(
            isReversed[0] ? size.0 - 1 - x : x, isReversed[1] ? size.1 - 1 - y : y,
            isReversed[2] ? size.2 - 1 - z : z)
          if isReal {
            withUnsafeBytes(of: number) { voxels.append(contentsOf: $0) }
          } else {
            withUnsafeBytes(of: Int16(number)) { voxels.append(contentsOf: $0) }
          }
        }
      }
    }
    return voxels
  }
}
