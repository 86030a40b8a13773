import Errors
import Imaging

/// The voxels of a mask that lie on the voxels of its image.
///
/// Both are given by raw indices, so that the alignment holds for slices in any plane.
struct Alignment: Hashable, Sendable {
  /// The position of the image's first voxel among the mask's voxels.
  let start: SIMD3<Double>
  /// The vectors, in voxels of the mask, from a voxel of the image to the next along each raw axis.
  let steps: [SIMD3<Double>]
  /// Remarks for the user about how mask and image were matched.
  let notes: [String]
  /// Tells whether the headers say where mask and image lie, and were followed.
  let isByPosition: Bool
  /// The number of the mask's voxels that are as large as one voxel of the image.
  var voxelRatio: Double { abs((steps[0] * steps[1].cross(steps[2])).sum()) }

  /// Matches a mask with its image.
  ///
  /// If both say where they lie in the patient, a voxel of the image takes the value of the mask's
  /// voxel that is nearest in the patient. Otherwise mask and image must have the same size, and
  /// their voxels are paired in the order of their files; those of a picture and of a single slice
  /// in the order of the display.
  ///
  /// - Parameter byOrder: whether to pair the voxels in the order of their files in any case.
  /// - Throws: `DipperError` of code `importObjectMissing` if the mask cannot be matched.
  init(of mask: VolumeContents, to image: VolumeContents, byOrder: Bool = false) throws {
    if !byOrder, mask.grid.geometry.isPlaced, image.grid.geometry.isPlaced {
      self.init(byPositionOf: mask.grid, in: image.grid)
    } else if (mask.isPicture || image.isPicture) && image.grid.sliceCount == 1 {
      try self.init(byDisplayOf: mask, in: image)
    } else {
      guard mask.grid.size == image.grid.size else { throw mismatch(of: mask, with: image) }
      self.init(
        start: .zero, steps: unitSteps, notes: orderNotes(mask, image, byOrder: byOrder))
    }
  }

  private init(
    start: SIMD3<Double>, steps: [SIMD3<Double>], notes: [String], isByPosition: Bool = false
  ) {
    self.start = start
    self.steps = steps
    self.notes = notes
    self.isByPosition = isByPosition
  }

  /// Pairs the pixels of two single slices as they are displayed.
  private init(byDisplayOf mask: VolumeContents, in image: VolumeContents) throws {
    let grid = mask.grid
    guard grid.displayed.size == image.grid.displayed.size else {
      throw mismatch(of: mask, with: image)
    }
    var start = SIMD3<Double>.zero
    var steps = unitSteps
    for (axis, own) in zip(image.grid.axes, grid.axes) {
      let isTurned = axis.isFlipped != own.isFlipped
      steps[axis.raw] = unitSteps[own.raw] * (isTurned ? -1 : 1)
      if isTurned { start[own.raw] = Double(grid.size[own.raw] - 1) }
    }
    self.init(start: start, steps: steps, notes: orderNotes(mask, image, byOrder: false))
  }

  /// Pairs the voxels that are nearest to each other in the patient.
  private init(byPositionOf mask: VolumeGrid, in image: VolumeGrid) {
    let start = coordinates(of: image.origin - mask.origin, along: mask.steps)
    let steps = image.steps.map { coordinates(of: $0, along: mask.steps) }
    let rigid = RigidAlignment(start: start, steps: steps, size: image.size)
    self.init(
      start: rigid.map { SIMD3<Double>($0.shift) } ?? start,
      steps: rigid.map { $0.steps.map { SIMD3<Double>($0) } } ?? steps,
      notes: rigid?.notes(mask: mask.size, image: image.size) ?? [spacingNote(mask, image)],
      isByPosition: true)
  }

  /// Returns the values of a mask's layer on a slice of the image, row by row; NaN where the mask
  /// does not cover it.
  ///
  /// - Parameters:
  ///   - index: the index of the displayed slice.
  ///   - grid: the image's grid, displayed in any plane.
  func slice(_ index: Int, of layer: Volume, on grid: VolumeGrid) -> [Float] {
    let axes = grid.axes
    func step(_ axis: VolumeGrid.DisplayAxis) -> SIMD3<Double> {
      axis.isFlipped ? -steps[axis.raw] : steps[axis.raw]
    }
    let corner = axes.reduce(start) { sum, axis in
      axis.isFlipped ? sum + steps[axis.raw] * Double(grid.size[axis.raw] - 1) : sum
    }
    return layer.nearestValues(
      to: SampledPlane(
        start: corner + step(axes[2]) * Double(index), column: step(axes[0]), row: step(axes[1]),
        width: grid.width, height: grid.height))
  }
}

private let unitSteps = [SIMD3(1.0, 0, 0), SIMD3(0, 1.0, 0), SIMD3(0, 0, 1.0)]

/// Returns the coordinates of a vector along three independent vectors, by Cramer's rule.
private func coordinates(
  of vector: SIMD3<Double>, along steps: [SIMD3<Double>]
) -> SIMD3<Double> {
  let determinant = (steps[0] * steps[1].cross(steps[2])).sum()
  return SIMD3(
    (vector * steps[1].cross(steps[2])).sum(), (vector * steps[2].cross(steps[0])).sum(),
    (vector * steps[0].cross(steps[1])).sum()) / determinant
}

/// Returns the notes of a mask that is paired with its image by the order of their voxels.
private func orderNotes(
  _ mask: VolumeContents, _ image: VolumeContents, byOrder: Bool
) -> [String] {
  if byOrder { return ["mask and image are paired voxel by voxel, as requested"] }
  let placed = [image, mask].filter { $0.grid.geometry.isPlaced }
  guard placed.count == 1 else { return [] }
  let silent = placed[0].name == image.name ? mask.name : image.name
  return ["\(silent) does not say where it lies; mask and image are paired voxel by voxel"]
}

private func spacingNote(_ mask: VolumeGrid, _ image: VolumeGrid) -> String {
  "its mask has voxels of \(lengths(mask)) mm and the image of \(lengths(image)) mm, or they are "
    + "tilted against each other; every voxel of the image takes the nearest one of the mask"
}

private func lengths(_ grid: VolumeGrid) -> String {
  grid.displayed.steps.map { shortest($0.norm) }.joined(separator: " x ")
}

private func mismatch(of mask: VolumeContents, with image: VolumeContents) -> DipperError {
  DipperError(
    .importObjectMissing,
    "its mask \(mask.name) has \(sizeText(mask.grid)) voxels and its image \(image.name) "
      + "\(sizeText(image.grid)), and their headers do not say where both lie; give a mask of the "
      + "image's size")
}

/// Describes the displayed size of a grid: columns, rows and, if there are several, slices.
func sizeText(_ grid: VolumeGrid) -> String {
  "\(grid.width) x \(grid.height)" + (grid.sliceCount > 1 ? " x \(grid.sliceCount)" : "")
}

/// Returns a number with at most three digits after the decimal point.
func shortest(_ number: Double) -> String {
  Float((number * 1000).rounded() / 1000).shortest
}
