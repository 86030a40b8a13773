import Imaging

/// An alignment of a mask with its image in which both share one lattice: every voxel of the image
/// lies on one voxel of the mask, or outside of it.
struct RigidAlignment: Hashable, Sendable {
  /// The mask's voxel on which the image's first voxel lies.
  let shift: SIMD3<Int>
  /// The steps, in voxels of the mask, along the image's raw axes; each is 1 or -1 along one axis.
  let steps: [SIMD3<Int>]
  /// The largest distance along an axis between voxels that are paired, in voxels.
  private let residual: Double

  /// Recognises a shared lattice; nil if the steps differ by more than half a voxel over the whole
  /// image.
  ///
  /// - Parameters:
  ///   - start: the position of the image's first voxel among the mask's voxels.
  ///   - exact: the steps along the image's raw axes, in voxels of the mask.
  ///   - size: the image's size along its raw axes.
  init?(start: SIMD3<Double>, steps exact: [SIMD3<Double>], size: SIMD3<Int>) {
    let whole = exact.map { $0.rounded(.toNearestOrAwayFromZero) }
    let squares = whole.map { $0 * $0 }
    guard squares.allSatisfy({ $0.sum() == 1 }),
      squares.reduce(.zero, +) == SIMD3(repeating: 1)
    else { return nil }
    var drift = SIMD3<Double>.zero
    var middle = start
    for axis in 0..<3 {
      let difference = (exact[axis] - whole[axis]) * (Double(size[axis] - 1) / 2)
      drift += SIMD3(abs(difference.x), abs(difference.y), abs(difference.z))
      middle += difference
    }
    guard drift.max() < 0.25 else { return nil }
    // A position in the middle between two voxels belongs to the second one, as in sampling.
    let nearest = (middle + (0.5 + 1e-6)).rounded(.down)
    let rest = middle - nearest
    shift = SIMD3(Int(nearest.x), Int(nearest.y), Int(nearest.z))
    steps = whole.map { SIMD3(Int($0.x), Int($0.y), Int($0.z)) }
    residual = (0..<3).map { abs(rest[$0]) + drift[$0] }.max() ?? 0
  }

  /// Describes how the mask was brought onto the image; nothing if both have one grid.
  ///
  /// - Parameters:
  ///   - mask: the mask's size along its raw axes.
  ///   - image: the image's size along its raw axes.
  func notes(mask: SIMD3<Int>, image: SIMD3<Int>) -> [String] {
    var notes: [String] = []
    let isTurned = steps != [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    if isTurned {
      notes.append("the axes of its mask run otherwise than the image's; its header placed it")
    }
    let covered = (0..<3).map { coveredVoxels(along: $0, mask: mask, image: image) }
    let partly = (0..<3).filter { covered[$0] != 0..<image[$0] }
    if !partly.isEmpty {
      let parts = partly.map { "\(text(covered[$0])) of \(image[$0]) along axis \($0 + 1)" }
      notes.append(
        "by its header, its mask covers only a part of the image: voxels "
          + parts.joined(separator: ", "))
    } else if mask.x * mask.y * mask.z > image.x * image.y * image.z {
      notes.append("its mask is larger than the image; its header says which part is used")
    }
    if residual > 0.05 {
      let distance = shortest((residual * 100).rounded() / 100)
      notes.append("the headers of mask and image differ by \(distance) voxels")
    }
    return notes
  }

  /// Returns the voxels along a raw axis of the image that the mask covers.
  private func coveredVoxels(
    along axis: Int, mask: SIMD3<Int>, image: SIMD3<Int>
  ) -> Range<Int> {
    let other = (0..<3).first { steps[axis][$0] != 0 } ?? axis
    let first =
      steps[axis][other] > 0 ? -shift[other] : shift[other] - mask[other] + 1
    return (first..<first + mask[other]).clamped(to: 0..<image[axis])
  }
}

private func text(_ voxels: Range<Int>) -> String {
  voxels.isEmpty ? "none" : "\(voxels.lowerBound) to \(voxels.upperBound - 1)"
}
