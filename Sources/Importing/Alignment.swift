import Errors
import Foundation
import Imaging

/// A mask volume on the grid of its image.
struct AlignedMask {
  /// The mask on the image's grid.
  let volume: Volume
  /// A remark for the user about how mask and image were matched, or nil.
  let note: String?

  /// Matches a mask with its image.
  ///
  /// A mask whose grid agrees with the image's in the patient is used as it is. A mask on another
  /// section of the same lattice (a DICOM segmentation leaves out empty slices) is moved to its
  /// position. A mask of the image's size whose header disagrees is paired voxel by voxel, as is
  /// usual for LiTS, with a note.
  ///
  /// - Throws: `DipperError` of code `importObjectMissing` if the mask cannot be matched.
  init(_ mask: Volume, to image: VolumeGrid) throws {
    let offset = latticeOffset(of: mask.grid, in: image)
    let hasDisplayedSize = mask.grid.displayed.size == image.displayed.size
    // The header of a single image has no position in the patient, and its pixels are in display
    // order.
    if hasDisplayedSize, offset == .zero || image.sliceCount == 1 {
      volume = mask
      note = nil
    } else if mask.grid.size == image.size {
      volume = mask.onGrid(image)
      note = "the headers of image and mask disagree; they are paired voxel by voxel"
    } else if let offset {
      volume = mask.moved(by: offset, onto: image)
      note = nil
    } else {
      throw mismatch(of: mask.grid.displayed.size, with: image.displayed.size)
    }
  }
}

private func mismatch(of mask: SIMD3<Int>, with image: SIMD3<Int>) -> DipperError {
  DipperError(
    .importObjectMissing,
    "its mask of \(mask.x) x \(mask.y) x \(mask.z) voxels does not lie on the grid of its image, "
      + "\(image.x) x \(image.y) x \(image.z); resample it to that grid")
}

/// Returns the offset of `grid` from `image` in displayed columns, rows and slices; nil if the
/// grids share no lattice.
///
/// The steps of the grids may differ if the differences add up to less than half a voxel.
private func latticeOffset(of grid: VolumeGrid, in image: VolumeGrid) -> SIMD3<Int>? {
  let size = grid.displayed.size
  let steps = image.displayed.steps
  for (axis, pair) in zip(0..<3, zip(grid.displayed.steps, steps)) where size[axis] > 1 {
    let drift = (pair.0 - pair.1).norm * Double(size[axis] - 1)
    guard drift < 0.5 * pair.1.norm else { return nil }
  }
  let shift = grid.position(ofDisplayed: .zero) - image.position(ofDisplayed: .zero)
  // Cramer's rule is accurate enough because the axes of a scan are far from parallel.
  let determinant = (steps[0] * steps[1].cross(steps[2])).sum()
  let coordinates = SIMD3(
    (shift * steps[1].cross(steps[2])).sum() / determinant,
    (shift * steps[2].cross(steps[0])).sum() / determinant,
    (shift * steps[0].cross(steps[1])).sum() / determinant)
  var offset = SIMD3<Int>.zero
  for axis in 0..<3 {
    let nearest = coordinates[axis].rounded()
    guard abs(coordinates[axis] - nearest) < 0.25, abs(nearest) < 1e5 else { return nil }
    offset[axis] = Int(nearest)
  }
  return offset
}

extension Volume {
  /// Returns the volume on another grid of the same lattice: voxels beyond the grid are dropped,
  /// and voxels that this volume does not cover are 0.
  fileprivate func moved(by offset: SIMD3<Int>, onto image: VolumeGrid) -> Volume {
    let width = image.width
    let height = image.height
    var samples = [Float](repeating: 0, count: width * height * image.sliceCount)
    for index in 0..<grid.sliceCount where (0..<image.sliceCount).contains(index + offset.z) {
      let slice = slice(index)
      for y in 0..<slice.height where (0..<height).contains(y + offset.y) {
        for x in 0..<slice.width where (0..<width).contains(x + offset.x) {
          let row = (index + offset.z) * height + y + offset.y
          samples[row * width + x + offset.x] = slice[x, y]
        }
      }
    }
    return Volume(
      grid: image.displayed, type: .float32, samples: samples.withUnsafeBytes { Data($0) })
  }
}
