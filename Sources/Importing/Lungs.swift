import Imaging

/// How much smaller one lung may be than the other.
private let smallestShare = 0.2

/// One lung, slice by slice.
///
/// By its own label where the mask has one for each; else as one of the two largest connected parts.
/// Where both lungs touch somewhere and are one part, they are told apart in every slice by itself,
/// and a slice in which they touch shows none. Left is what lies nearer to the patient's left, which
/// the header gives, whatever the labels' numbers are (MATH: section 8b).
///
/// - Throws: `ImportingError` of code `object` where there is no second lung.
func lung(
  _ side: ImportRequest.Side, in labels: LabelVolume
) throws -> (Int) throws -> Mask {
  let grid = labels.volume.grid
  if labels.holds(1), labels.holds(2) {
    let label = try nearerLabel(side, in: labels)
    return { try labels.mask($0, label: label) }
  }
  var volume = ConnectedParts(width: grid.width, height: grid.height)
  for index in 0..<grid.sliceCount { volume.append(try labels.mask(index)) }
  if let part = nearer(side, volume.parts()) {
    let whole = volume
    return { whole.mask(of: part, slice: $0) }
  }
  let bySlice = { (index: Int) throws -> Mask in
    let mask = try labels.mask(index)
    var parts = ConnectedParts(of: mask)
    return nearer(side, parts.parts()).map { parts.mask(of: $0) } ?? mask.emptied
  }
  guard try (0..<grid.sliceCount).contains(where: { try bySlice($0).area > 0 }) else {
    throw ImportingError(
      .object, "its mask shows no two lungs apart; --side both takes what is marked as one object")
  }
  return bySlice
}

/// The lung among parts; nil where there are no two of comparable size.
private func nearer(
  _ side: ImportRequest.Side, _ parts: [ConnectedParts.Part]
) -> ConnectedParts.Part? {
  guard parts.count > 1, Double(parts[1].size) >= smallestShare * Double(parts[0].size) else {
    return nil
  }
  // Columns run towards the patient's left.
  let isFirstLeft = parts[0].centre > parts[1].centre
  return isFirstLeft == (side == .left) ? parts[0] : parts[1]
}

private func nearerLabel(_ side: ImportRequest.Side, in labels: LabelVolume) throws -> Int {
  let centres = try [1, 2].map { label in
    var (sum, count) = (0, 0)
    for index in 0..<labels.volume.grid.sliceCount {
      let mask = try labels.mask(index, label: label)
      for (place, isInside) in mask.pixels.enumerated() where isInside {
        sum += place % mask.width
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
