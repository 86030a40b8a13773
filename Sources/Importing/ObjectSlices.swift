import Imaging

/// The object in every slice of a mask volume.
struct ObjectSlices {
  /// The object's pixels in each slice, from the feet.
  let areas: [Int]
  /// The object in one slice.
  let mask: (Int) throws -> Mask

  /// Finds the object.
  ///
  /// - Throws: `ImportingError` of code `object`.
  init(_ labels: LabelVolume, _ rule: ObjectRule, _ target: ImportRequest.Target) throws {
    let whole: (Int) throws -> Mask
    switch rule {
    case .marked: whole = { try labels.mask($0) }
    case .label(let label): whole = { try labels.mask($0, label: label) }
    case .lung(.both): whole = { try labels.mask($0) }
    case .lung(let side): whole = try lung(side, in: labels)
    }
    let object = target == .all ? whole : { try largestPart(whole($0)) }
    areas = try (0..<labels.volume.grid.sliceCount).map { try object($0).area }
    mask = object
  }
}

/// The largest connected part; an empty mask stays empty.
func largestPart(_ mask: Mask) -> Mask {
  var parts = ConnectedParts(of: mask)
  return parts.parts().first.map { parts.mask(of: $0) } ?? mask
}
