import Foundation
import TestSupport

/// A volume with any axes that can be written as a NIfTI file.
///
/// The file is written by hand after nifti1.h, so that the reader under test is not its own judge.
struct PlacedVolume {
  /// The number of voxels along each axis of the file.
  var size: SIMD3<Int>
  /// The vectors from a voxel to the next along each axis, in mm of world coordinates.
  var steps: [SIMD3<Double>]
  /// The centre of the first voxel, in mm.
  var origin: SIMD3<Double>
  /// Whether the header says where the volume lies.
  var isPlaced = true
  /// Whether the header gives the distances between voxels.
  var hasSpacing = true
  /// Returns the value of a voxel, whose indices count along the axes of the file.
  var value: (SIMD3<Int>) -> Float

  /// Returns the same voxels in another order of the file, each at the place where it was.
  ///
  /// - Parameters:
  ///   - axes: the axis of this volume that becomes the first, second and third one.
  ///   - flips: whether the new axis runs the other way.
  func turned(axes: [Int], flips: [Bool]) -> PlacedVolume {
    var turned = self
    turned.size = SIMD3(size[axes[0]], size[axes[1]], size[axes[2]])
    turned.steps = (0..<3).map { flips[$0] ? -steps[axes[$0]] : steps[axes[$0]] }
    for (axis, isFlipped) in zip(axes, flips) where isFlipped {
      turned.origin += steps[axis] * Double(size[axis] - 1)
    }
    let own = self
    turned.value = { index in
      var before = SIMD3<Int>.zero
      for (new, old) in axes.enumerated() {
        before[old] = flips[new] ? own.size[old] - 1 - index[new] : index[new]
      }
      return own.value(before)
    }
    return turned
  }

  /// Returns a box of the voxels, each at the place where it was; voxels beyond the volume are 0.
  func cropped(from start: SIMD3<Int>, size box: SIMD3<Int>) -> PlacedVolume {
    var part = self
    part.size = box
    part.origin += (0..<3).reduce(.zero) { $0 + steps[$1] * Double(start[$1]) }
    let own = self
    part.value = { index in
      let before = index &+ start
      let isInside = (0..<3).allSatisfy { (0..<own.size[$0]).contains(before[$0]) }
      return isInside ? own.value(before) : 0
    }
    return part
  }

  /// The bytes of a NIfTI-1 file of type float32.
  func nifti() -> Data {
    var file = Data(count: 352)
    func put(_ value: some BitwiseCopyable, at offset: Int) {
      withUnsafeBytes(of: value) { file.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    put(Int32(348), at: 0)
    for (index, count) in [3, size.x, size.y, size.z, 1, 1, 1, 1].enumerated() {
      put(Int16(count), at: 40 + 2 * index)
    }
    put(Int16(16), at: 70)  // datatype
    put(Int16(32), at: 72)  // bitpix
    for axis in 0..<3 where hasSpacing {
      put(Float((steps[axis] * steps[axis]).sum().squareRoot()), at: 80 + 4 * axis)
    }
    put(Float(1), at: 76)
    put(Float(352), at: 108)  // vox_offset
    put(UInt8(2), at: 123)  // xyzt_units: mm
    if isPlaced {
      put(Int16(1), at: 254)  // sform_code
      for row in 0..<3 {
        for axis in 0..<3 { put(Float(steps[axis][row]), at: 280 + 16 * row + 4 * axis) }
        put(Float(origin[row]), at: 280 + 16 * row + 12)
      }
    }
    file.replaceSubrange(344..<347, with: Data("n+1".utf8))
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          withUnsafeBytes(of: value(SIMD3(x, y, z))) { file.append(contentsOf: $0) }
        }
      }
    }
    return file
  }
}
