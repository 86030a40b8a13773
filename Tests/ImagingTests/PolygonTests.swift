import Foundation
import Imaging
import Testing

private func polygon(_ points: [(Double, Double)]) -> MarkerSet {
  MarkerSet(points: points.map { Point(x: $0.0, y: $0.1) })
}

@Test("the marker mask holds the pixels inside the polygon and on its border") func border() {
  let square = polygon([(2, 1), (5, 1), (5, 4), (2, 4)])
  let mask = Mask(polygon: square, width: 9, height: 6)
  for y in 0..<6 {
    for x in 0..<9 { #expect(mask[x, y] == ((2...5).contains(x) && (1...4).contains(y))) }
  }
}

@Test("the marker mask does not depend on the direction or the first vertex") func orderOfPoints() {
  var generator = SplitMix64(seed: 3)
  for _ in 0..<50 {
    let points = (0..<6).map { _ in (generator.uniform(0...30), generator.uniform(0...20)) }
    let mask = Mask(polygon: polygon(points), width: 31, height: 21)
    #expect(mask == Mask(polygon: polygon(points.reversed()), width: 31, height: 21))
    let turned = Array(points[2...] + points[..<2])
    #expect(mask == Mask(polygon: polygon(turned), width: 31, height: 21))
  }
}

@Test("a polygon rotated by 180 degrees gives the rotated mask") func rotation() {
  var generator = SplitMix64(seed: 4)
  for _ in 0..<50 {
    // Integer coordinates put many pixel centres on the border.
    let points = (0..<5).map { _ in
      (generator.uniform(0...13).rounded(), generator.uniform(0...13).rounded())
    }
    let mask = Mask(polygon: polygon(points), width: 14, height: 14)
    let turned = Mask(
      polygon: polygon(points.map { (13 - $0.0, 13 - $0.1) }), width: 14, height: 14)
    #expect(mask.pixels == turned.pixels.reversed())
  }
}

@Test("the area of a fine polygon approaches that of the disc") func discArea() {
  let points = (0..<90).map { index in
    let angle = 2 * Double.pi * Double(index) / 90
    return (60.3 + 41.2 * cos(angle), 58.9 + 41.2 * sin(angle))
  }
  let mask = Mask(polygon: polygon(points), width: 120, height: 120)
  #expect(abs(Double(mask.area) / polygon(points).area - 1) < 0.01)
}

@Test("a polygon that crosses itself is filled by the even-odd rule") func evenOddRule() {
  // The polygon consists of two triangles that meet in (10, 10).
  let bow = polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
  let mask = Mask(polygon: bow, width: 21, height: 21)
  #expect(mask[2, 10] && mask[18, 10])
  #expect(!mask[10, 2] && !mask[10, 18])
}

@Test("a polygon between pixel centres holds the pixels under its vertices") func thinPolygon() {
  let sliver = polygon([(1.2, 1.3), (1.4, 1.3), (1.3, 1.4)])
  let mask = Mask(polygon: sliver, width: 4, height: 4)
  #expect(mask.area == 1 && mask[1, 1])
}

@Test("parts of a polygon outside the image are cut off") func outside() {
  let huge = polygon([(-1e300, -1e300), (1e300, -1e300), (1e300, 1e300), (-1e300, 1e300)])
  #expect(Mask(polygon: huge, width: 5, height: 4).area == 20)
  let broken = polygon([(.nan, 1), (2, .nan), (.infinity, -.infinity), (3, 3)])
  #expect(Mask(polygon: broken, width: 5, height: 4).area <= 20)
  let away = polygon([(-9, -9), (-5, -9), (-7, -4)])
  #expect(Mask(polygon: away, width: 5, height: 4).area == 0)
}

@Test("the mask of a valid marker polygon is never empty") func neverEmpty() throws {
  var generator = SplitMix64(seed: 5)
  for _ in 0..<500 {
    // Many points lie on the image's edge, half a pixel beyond the outermost centres.
    let points = (0..<3).map { _ in
      let x = generator.uniform(-3...9)
      let y = generator.uniform(-3...7)
      return (min(max(x, -0.5), 6.5), min(max(y, -0.5), 4.5))
    }
    let markers = polygon(points)
    guard (try? markers.validate(width: 7, height: 5, name: "it")) != nil else { continue }
    #expect(Mask(polygon: markers, width: 7, height: 5).area > 0, "\(points)")
  }
  let corner = polygon([(-0.5, 0.2), (-0.5, 0.4), (0.2, -0.5)])
  try corner.validate(width: 64, height: 64, name: "it")
  #expect(Mask(polygon: corner, width: 64, height: 64).pixels.firstIndex(of: true) == 0)
}
