import Foundation
import Imaging

/// A mask volume brought onto the grid of its image.
struct AlignedMask {
  /// The mask, on the image's grid.
  let volume: Volume
  /// What a person should know about it.
  let note: String?

  /// Matches a mask with its image.
  ///
  /// Grids that agree in the patient are taken as they are. A mask on another section of the same
  /// lattice (a DICOM segmentation leaves out empty slices) is moved to its place. Masks of the
  /// image's size whose header disagrees are paired voxel by voxel, as everybody reads LiTS, and a
  /// note says so.
  ///
  /// - Throws: `ImportingError` of code `object` where neither fits.
  init(_ mask: Volume, to image: VolumeGrid) throws {
    let offset = latticeOffset(mask.grid, in: image)
    if offset == .zero, mask.grid.displayed.size == image.displayed.size {
      (volume, note) = (mask, nil)
    } else if image.sliceCount == 1, mask.grid.displayed.size == image.displayed.size {
      // A picture that says nothing of the patient is already as it is displayed.
      (volume, note) = (mask, nil)
    } else if mask.grid.size == image.size {
      volume = mask.onGrid(image)
      note = "the headers of image and mask disagree; they are paired voxel by voxel"
    } else if let offset {
      (volume, note) = (mask.moved(by: offset, onto: image), nil)
    } else {
      let (one, other) = (mask.grid.displayed.size, image.displayed.size)
      throw ImportingError(
        .object,
        "its mask of \(one.x) x \(one.y) x \(one.z) voxels does not lie on the grid of its image, "
          + "\(other.x) x \(other.y) x \(other.z); resample it to that grid")
    }
  }
}

/// How many columns, rows and slices `grid` begins after `image`, or nil where they share no lattice.
///
/// Steps may differ by so little that it adds up to less than half a voxel over the grid.
private func latticeOffset(_ grid: VolumeGrid, in image: VolumeGrid) -> SIMD3<Int>? {
  let (size, steps) = (grid.displayed.size, image.displayed.steps)
  for (axis, pair) in zip(0..<3, zip(grid.displayed.steps, steps)) where size[axis] > 1 {
    let drift = norm(pair.0 - pair.1) * Double(size[axis] - 1)
    guard drift < 0.5 * norm(pair.1) else { return nil }
  }
  let way = grid.position(ofDisplayed: .zero) - image.position(ofDisplayed: .zero)
  // Cramer's rule; the axes of a scan are far from parallel.
  let volume = (steps[0] * cross(steps[1], steps[2])).sum()
  let parts = SIMD3(
    (way * cross(steps[1], steps[2])).sum() / volume,
    (way * cross(steps[2], steps[0])).sum() / volume,
    (way * cross(steps[0], steps[1])).sum() / volume)
  var offset = SIMD3<Int>.zero
  for axis in 0..<3 {
    let nearest = parts[axis].rounded()
    guard abs(parts[axis] - nearest) < 0.25, abs(nearest) < 1e5 else { return nil }
    offset[axis] = Int(nearest)
  }
  return offset
}

extension Volume {
  /// On another grid of the same lattice: what lies beyond it goes, what is not covered is 0.
  fileprivate func moved(by offset: SIMD3<Int>, onto image: VolumeGrid) -> Volume {
    let (width, height) = (image.width, image.height)
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
