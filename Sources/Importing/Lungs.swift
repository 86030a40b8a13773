import Errors
import Imaging

/// The smallest ratio of the smaller to the larger lung, in voxels.
private let smallestRatio = 0.2

/// Finds one lung in a mask and returns its mask in the slice at an index.
///
/// If the mask has a label for each lung, the lung is the voxels with its label; otherwise it is
/// one of the two largest connected components. If the lungs touch and form one component, they are
/// separated in each slice independently, and a slice in which they touch gives an empty mask. The
/// left lung is the one nearer to the patient's left according to the header, whatever its label
/// is.
///
/// - Throws: `DipperError` of code `importObjectMissing` if no two lungs are found.
func lung(
  _ side: ImportRequest.Side, in labels: LabelVolume
) throws -> (Int) throws -> Mask {
  let grid = labels.volume.grid
  if labels.holds(1), labels.holds(2) {
    let label = try label(of: side, in: labels)
    return { try labels.mask(ofSlice: $0, label: label) }
  }
  var volume = ConnectedComponents(width: grid.width, height: grid.height)
  for index in 0..<grid.sliceCount { volume.append(try labels.mask(ofSlice: index)) }
  if let component = lung(side, among: volume.components()) {
    let whole = volume
    return { whole.mask(of: component, slice: $0) }
  }
  let bySlice = { (index: Int) throws -> Mask in
    let mask = try labels.mask(ofSlice: index)
    var slice = ConnectedComponents(of: mask)
    return lung(side, among: slice.components()).map { slice.mask(of: $0) } ?? mask.emptied
  }
  guard try (0..<grid.sliceCount).contains(where: { try bySlice($0).area > 0 }) else {
    throw DipperError(
      .importObjectMissing,
      "its mask shows no two lungs apart; --side both takes what is marked as one object")
  }
  return bySlice
}

/// Returns the lung of a side among components that are ordered from the largest; nil if there are
/// no two of comparable size.
private func lung(
  _ side: ImportRequest.Side, among components: [ConnectedComponents.Component]
) -> ConnectedComponents.Component? {
  guard components.count > 1,
    Double(components[1].size) >= smallestRatio * Double(components[0].size)
  else { return nil }
  // Columns run towards the patient's left.
  let isFirstLeft = components[0].meanColumn > components[1].meanColumn
  return isFirstLeft == (side == .left) ? components[0] : components[1]
}

/// Returns the label, 1 or 2, of the lung of a side.
private func label(of side: ImportRequest.Side, in labels: LabelVolume) throws -> Int {
  let centres = try [1, 2].map { label in
    var sum = 0
    var count = 0
    for index in 0..<labels.volume.grid.sliceCount {
      let mask = try labels.mask(ofSlice: index, label: label)
      for (pixel, isInside) in mask.pixels.enumerated() where isInside {
        sum += pixel % mask.width
        count += 1
      }
    }
    return Double(sum) / Double(count)
  }
  return (centres[0] > centres[1]) == (side == .left) ? 1 : 2
}

extension Mask {
  fileprivate var emptied: Mask {
    Mask(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: pixels.count))
  }
}
