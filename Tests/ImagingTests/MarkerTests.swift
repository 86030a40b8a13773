import Errors
import Expectations
import Foundation
import Imaging
import Testing

private let triangle = MarkerSet(
  points: [Point(x: 2, y: 3), Point(x: 12.5, y: 3.25), Point(x: 6, y: 9)])

private func refusal(_ points: [(Double, Double)]) -> String? {
  let markers = MarkerSet(points: points.map { Point(x: $0.0, y: $0.1) })
  let error = expectError(in: .imaging) {
    try markers.validate(width: 20, height: 10, name: "m.json")
  }
  #expect(error?.code == .markersInvalid)
  return error?.message
}

@Test("markers survive encoding and decoding") func roundTrip() throws {
  #expect(try MarkerSet(decoding: triangle.encoded(), name: "triangle") == triangle)
  #expect(try MarkerSet(decoding: Data(#"{"points": [[1, 2]]}"#.utf8), name: "m").points.count == 1)
}

@Test(
  "JSON that is not a marker file is refused",
  arguments: [
    "", "{", "[]", #"{"points": 3}"#, #"{"points": [["a", "b"]]}"#, #"{"points": [[1]]}"#,
    #"{"points": [[1, 2, 3]]}"#, #"{"points": [[null, 2]]}"#,
  ])
func foreignFiles(text: String) {
  let error = expectError(in: .imaging) {
    try MarkerSet(decoding: Data(text.utf8), name: "clicks.json")
  }
  #expect(error?.code == .imageMalformed)
  #expect(error?.message.contains("clicks.json") == true)
}

@Test("a triangle inside the image is valid") func validMarkers() throws {
  try triangle.validate(width: 20, height: 10, name: "triangle")
  #expect(abs(triangle.area - 0.5 * abs(10.5 * 6 - 4 * 0.25)) < 1e-12)
}

@Test(
  "markers with too few points, no area or points outside the image are refused with the reason")
func invalidMarkers() {
  #expect(refusal([(1, 1), (5, 5)])?.contains("at least 3") == true)
  #expect(refusal([(1, 1), (5, 5), (20, 2)])?.contains("point 3 of m.json") == true)
  #expect(refusal([(1, 1), (-0.6, 5), (4, 2)])?.contains("outside the image") == true)
  #expect(refusal([(1, 1), (.nan, 5), (4, 2)])?.contains("outside the image") == true)
  #expect(refusal([(1, 1), (4, .infinity), (4, 2)])?.contains("outside the image") == true)
  #expect(refusal([(1, 1), (2, 2), (5, 5), (3, 3)])?.contains("no area") == true)
}

@Test("simulated markers form a convex polygon inside the object", arguments: 0..<40)
func simulatedMarkers(seed: UInt64) throws {
  let object =
    seed % 2 == 0
    ? try Phantom.chest(size: 96, noise: 0, seed: seed).groundTruth
    : disc(size: 40, x: 22, y: 18, radius: 2 + Double(seed) / 3)
  let markers = try MarkerSet.simulated(inside: object, seed: seed)
  #expect(try markers == MarkerSet.simulated(inside: object, seed: seed))
  #expect((4...6).contains(markers.points.count))
  #expect(isConvex(markers))
  try markers.validate(width: object.width, height: object.height, name: "simulated")
  #expect(markers.area <= 0.25 * Double(object.area))
  let markerMask = Mask(polygon: markers, width: object.width, height: object.height)
  #expect(zip(markerMask.pixels, object.pixels).allSatisfy { !$0 || $1 })
}

private func isConvex(_ polygon: MarkerSet) -> Bool {
  let points = polygon.points
  let turns = points.indices.map { index in
    let a = points[index]
    let b = points[(index + 1) % points.count]
    let c = points[(index + 2) % points.count]
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
  }
  return turns.allSatisfy { $0 > 0 } || turns.allSatisfy { $0 < 0 }
}

@Test("markers can be simulated inside an object of one pixel, and not inside an empty one")
func smallestObject() throws {
  var dot = disc(size: 9, x: 0, y: 8, radius: 0)
  #expect(dot.area == 1)
  for seed in UInt64(0)..<20 {
    let markers = try MarkerSet.simulated(inside: dot, seed: seed)
    #expect(Mask(polygon: markers, width: 9, height: 9) == dot)
    try markers.validate(width: 9, height: 9, name: "dot")
  }
  dot[0, 8] = false
  expectError(in: .imaging) { try MarkerSet.simulated(inside: dot, seed: 1) }
}
