import Imaging

/// Simulated clicks inside an object, at a cost that follows the object's size and not the slice's.
///
/// - Throws: `ImagingError` of code `markers` where the object is empty.
func clicks(inside object: Mask, seed: UInt64) throws -> MarkerSet {
  guard let box = boundingBox(object) else {
    return try MarkerSet.simulated(inside: object, seed: seed)
  }
  let part = Mask(
    width: box.columns.count, height: box.rows.count, spacing: object.spacing,
    pixels: box.rows.flatMap { y in box.columns.map { object[$0, y] } })
  var markers = try MarkerSet.simulated(inside: part, seed: seed)
  markers.points = markers.points.map {
    Point(x: $0.x + Double(box.columns.lowerBound), y: $0.y + Double(box.rows.lowerBound))
  }
  return markers
}

/// The columns and rows that the object touches; nil where it is empty.
private func boundingBox(_ object: Mask) -> (columns: Range<Int>, rows: Range<Int>)? {
  func extent(_ count: Int, _ isTouched: (Int) -> Bool) -> Range<Int>? {
    guard let first = (0..<count).first(where: isTouched),
      let last = (0..<count).last(where: isTouched)
    else { return nil }
    return first..<last + 1
  }
  guard
    let columns = extent(object.width, { x in (0..<object.height).contains { object[x, $0] } }),
    let rows = extent(object.height, { y in (0..<object.width).contains { object[$0, y] } })
  else { return nil }
  return (columns, rows)
}
