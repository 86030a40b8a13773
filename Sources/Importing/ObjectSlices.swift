import Errors
import Imaging

/// The object in every displayed slice of a mask.
struct ObjectSlices {
  /// The number of the object's pixels in each slice; 0 in a slice that it fills, because nothing is
  /// outside of it there.
  let areas: [Int]
  /// Returns the object's mask in the slice at an index.
  let mask: (Int) -> Mask
  /// Remarks for the user about the choice of the object.
  let notes: [String]

  /// Finds the object in a mask.
  ///
  /// - Parameter isRequested: whether the user has chosen the label, so that it must occur; a label
  ///   that is the layout's default may be absent, as a patient may have no lesion.
  /// - Throws: `DipperError` of code `importObjectMissing` if the mask has no such object, or if it
  ///   lies outside of the image.
  init(
    in labels: LabelVolume, rule: ObjectRule, target: ImportRequest.Target, isRequested: Bool
  ) throws {
    let selection = try selection(by: rule, in: labels, isRequested: isRequested)
    let marked = try marked(by: rule, selection: selection, in: labels)
    let whole = labels.grid.width * labels.grid.height
    var markedCount = 0
    var areas: [Int] = []
    for index in 0..<labels.grid.sliceCount {
      let mask = marked(index)
      markedCount += mask.area
      areas.append(target == .all ? mask.area : largestComponent(of: mask).area)
    }
    self.areas = areas.map { $0 == whole ? 0 : $0 }
    mask = { target == .all ? marked($0) : largestComponent(of: marked($0)) }
    let filled = areas.count { $0 == whole }
    notes =
      selection.notes
      + (try labels.coverageNotes(
        marked: rule.isPart ? nil : markedCount, selected: selection.count))
      + (filled == 0
        ? [] : ["its object fills \(filled) of its slices, in which nothing is outside"])
  }
}

/// Returns the voxels of the mask that a rule selects.
private func selection(
  by rule: ObjectRule, in labels: LabelVolume, isRequested: Bool
) throws -> LabelVolume.MarkedVoxels {
  guard case .label(let label) = rule else { return try labels.everything() }
  if var selection = try labels.selection(of: label) {
    if !isRequested, label == .number(1), labels.numbers.count > 1 {
      selection.notes.append("\(labels.contents); label 1 is the object (--label chooses another)")
    }
    return selection
  }
  let absence = "its mask has no label \(label); \(labels.contents)"
  if isRequested { throw DipperError(.importObjectMissing, absence) }
  // A mask of one label, such as 255, has no other object than that label.
  if label == .number(1), labels.numbers.count == 1 {
    var only = try labels.everything()
    only.notes.append(absence + "; the larger one is the object")
    return only
  }
  return LabelVolume.MarkedVoxels(parts: [:], count: 0, notes: [absence])
}

/// Returns the function that gives the marked pixels of a slice.
private func marked(
  by rule: ObjectRule, selection: LabelVolume.MarkedVoxels, in labels: LabelVolume
) throws -> (Int) -> Mask {
  if case .lung(let side) = rule, rule.isPart { return try lung(side, in: labels) }
  return { labels.mask(ofSlice: $0, of: selection) }
}

/// Returns the largest connected component of a mask; an empty mask stays empty.
func largestComponent(of mask: Mask) -> Mask {
  var components = ConnectedComponents(of: mask)
  return components.components().first.map { components.mask(of: $0) } ?? mask
}
