import Imaging

/// Simulates markers inside an object, on its bounding box only, so that the cost grows with the
/// object and not with the slice.
///
/// - Throws: `DipperError` of code `markersInvalid` if the object is empty.
func simulatedMarkers(inside object: Mask, seed: UInt64) throws -> MarkerSet {
  guard let box = boundingBox(of: object) else {
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

/// Returns the columns and rows that the object touches; nil if it is empty.
private func boundingBox(of object: Mask) -> (columns: Range<Int>, rows: Range<Int>)? {
  func extent(count: Int, isTouched: (Int) -> Bool) -> Range<Int>? {
    guard let first = (0..<count).first(where: isTouched),
      let last = (0..<count).last(where: isTouched)
    else { return nil }
    return first..<last + 1
  }
  guard
    let columns = extent(
      count: object.width, isTouched: { x in (0..<object.height).contains { object[x, $0] } }),
    let rows = extent(
      count: object.height, isTouched: { y in (0..<object.width).contains { object[$0, y] } })
  else { return nil }
  return (columns, rows)
}
