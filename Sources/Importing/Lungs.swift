import Errors
import Imaging

/// The smallest ratio of the smaller to the larger lung, in voxels.
private let smallestRatio = 0.2

/// Finds one lung in a mask and returns its mask in the slice at an index.
///
/// If the mask has a label for each lung (1 and 2, or the only two), the lung is the voxels with its
/// label; otherwise it is one of the two largest connected components. If the lungs touch and form one component, they are
/// separated in each slice independently, and a slice in which they touch gives an empty mask. The
/// left lung is the one nearer to the patient's left according to the header, whatever its label
/// is.
///
/// - Throws: `DipperError` of code `importObjectMissing` if no two lungs are found.
func lung(
  _ side: ImportRequest.Side, in labels: LabelVolume
) throws -> (Int) -> Mask {
  let grid = labels.grid
  if let pair = try lungLabels(in: labels) {
    let selection = labelled(side, among: pair, in: labels)
    return { labels.mask(ofSlice: $0, of: selection) }
  }
  let marked = try labels.everything()
  var volume = ConnectedComponents(width: grid.width, height: grid.height)
  for index in 0..<grid.sliceCount { volume.append(labels.mask(ofSlice: index, of: marked)) }
  if let component = lung(side, among: volume.components()) {
    let whole = volume
    return { whole.mask(of: component, slice: $0) }
  }
  let bySlice = { (index: Int) -> Mask in
    let mask = labels.mask(ofSlice: index, of: marked)
    var slice = ConnectedComponents(of: mask)
    return lung(side, among: slice.components()).map { slice.mask(of: $0) } ?? mask.emptied
  }
  guard (0..<grid.sliceCount).contains(where: { bySlice($0).area > 0 }) else {
    throw DipperError(
      .importObjectMissing,
      "its mask shows no two lungs apart; --side both takes what is marked as one object")
  }
  return bySlice
}

/// Returns the voxels of each of the two labels that are lungs; nil if the mask has no such pair.
private func lungLabels(in labels: LabelVolume) throws -> [LabelVolume.MarkedVoxels]? {
  let numbers = labels.numbers
  guard numbers.count == 2 || Set(numbers).isSuperset(of: [1, 2]) else { return nil }
  let pair = numbers.count == 2 ? numbers : [1, 2]
  return try pair.compactMap { try labels.selection(of: .number($0)) }
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

/// Returns the selection that is the lung of a side, which lies nearer to that side.
private func labelled(
  _ side: ImportRequest.Side, among pair: [LabelVolume.MarkedVoxels], in labels: LabelVolume
) -> LabelVolume.MarkedVoxels {
  let centres = pair.map { selection in
    var sum = 0
    var count = 0
    for index in 0..<labels.grid.sliceCount {
      let mask = labels.mask(ofSlice: index, of: selection)
      for (pixel, isInside) in mask.pixels.enumerated() where isInside {
        sum += pixel % mask.width
        count += 1
      }
    }
    return Double(sum) / Double(count)
  }
  return (centres[0] > centres[1]) == (side == .left) ? pair[0] : pair[1]
}

extension Mask {
  fileprivate var emptied: Mask {
    Mask(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: pixels.count))
  }
}
