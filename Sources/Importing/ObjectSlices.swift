import Errors
import Imaging

/// The object in every slice of a mask volume.
struct ObjectSlices {
  /// The number of the object's pixels in each slice, from the feet.
  let areas: [Int]
  /// Returns the object's mask in the slice at an index.
  let mask: (Int) throws -> Mask

  /// Finds the object in a mask volume.
  ///
  /// - Throws: `DipperError` of code `importObjectMissing` if the mask has no such object.
  init(
    in labels: LabelVolume, rule: ObjectRule, target: ImportRequest.Target
  ) throws {
    let marked: (Int) throws -> Mask
    switch rule {
    case .marked, .lung(.both): marked = { try labels.mask(ofSlice: $0) }
    case .label(.number(let label)): marked = { try labels.mask(ofSlice: $0, label: label) }
    case .label(.name(let name)):
      throw DipperError(
        .importObjectMissing, "nothing gives the number of the label `\(name)`; give its number")
    case .lung(let side): marked = try lung(side, in: labels)
    }
    let object = target == .all ? marked : { try largestComponent(of: marked($0)) }
    areas = try (0..<labels.volume.grid.sliceCount).map { try object($0).area }
    mask = object
  }
}

/// Returns the largest connected component of a mask; an empty mask stays empty.
func largestComponent(of mask: Mask) -> Mask {
  var components = ConnectedComponents(of: mask)
  return components.components().first.map { components.mask(of: $0) } ?? mask
}
