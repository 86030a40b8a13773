import Foundation
import Imaging
import Testing

private func regions(count: Int, seed: UInt64) -> [(MarkerSet, RegionOfInterest, Int)] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in
    let markers = MarkerSet(
      points: (0..<5).map { _ in
        Point(x: generator.uniform(0...119), y: generator.uniform(0...89))
      })
    let region = RegionOfInterest(around: markers, factor: generator.uniform(1...4))
    return (markers, region, Int(generator.uniform(48...160)))
  }
}

@Test("the region is a square around the centre of the markers") func aroundMarkers() {
  for (markers, region, _) in regions(count: 50, seed: 1) {
    let xs = markers.points.map(\.x)
    let ys = markers.points.map(\.y)
    #expect(xs.allSatisfy { region.left <= $0 && $0 <= region.left + region.side })
    #expect(ys.allSatisfy { region.top <= $0 && $0 <= region.top + region.side })
    #expect(abs(region.left + region.side / 2 - (xs.min()! + xs.max()!) / 2) < 1e-9)
    #expect(abs(region.top + region.side / 2 - (ys.min()! + ys.max()!) / 2) < 1e-9)
  }
}

@Test("extraction moves markers and pixels alike") func markersMove() {
  // The pixels of the ramps are their own coordinates, so a pixel tells where a marker came from.
  var xRamp = Image(width: 120, height: 90, value: 0)
  var yRamp = xRamp
  for y in 0..<90 {
    for x in 0..<120 {
      xRamp[x, y] = Float(x)
      yRamp[x, y] = Float(y)
    }
  }
  for (markers, region, size) in regions(count: 20, seed: 2) {
    // If the grid is coarser, the wider triangle is not centred exactly.
    let tolerance = region.side <= Double(size) ? 1e-3 : 0.1
    let columns = region.extract(xRamp, size: size)
    let rows = region.extract(yRamp, size: size)
    for (point, moved) in zip(markers.points, region.extract(markers, size: size).points) {
      let isInner = (4...115).contains(point.x) && (4...85).contains(point.y)
      guard isInner else { continue }
      #expect(abs(interpolated(columns, at: moved) - point.x) < tolerance)
      #expect(abs(interpolated(rows, at: moved) - point.y) < tolerance)
    }
  }
}

private func interpolated(_ image: Image, at point: Point) -> Double {
  let x = min(max(Int(point.x.rounded(.down)), 0), image.width - 2)
  let y = min(max(Int(point.y.rounded(.down)), 0), image.height - 2)
  let dx = point.x - Double(x)
  let dy = point.y - Double(y)
  let upper = Double(image[x, y]) * (1 - dx) + Double(image[x + 1, y]) * dx
  let lower = Double(image[x, y + 1]) * (1 - dx) + Double(image[x + 1, y + 1]) * dx
  return upper * (1 - dy) + lower * dy
}

@Test("extracting and restoring a region reproduces a smooth image") func extractAndRestore() {
  let image = waves(width: 120, height: 90, period: 60, spacing: Spacing(x: 0.5, y: 0.8))
  for (_, region, size) in regions(count: 20, seed: 3) {
    let window = region.extract(image, size: size)
    #expect(window.width == size && window.height == size)
    let restored = region.restore(window, width: 120, height: 90, spacing: image.spacing)
    #expect(restored.spacing == image.spacing)
    // Pixels near the border are left out because the window's edge repeats there.
    let step = max(1, region.side / Double(size))
    for y in 0..<90 {
      for x in 0..<120
      where isInside(region, x: x, y: y, margin: 2 * step) && isInner(x: x, y: y, margin: 2 * step)
      {
        #expect(abs(restored[x, y] - image[x, y]) < Float(0.01 * step * step))
      }
    }
  }
}

private func isInside(_ region: RegionOfInterest, x: Int, y: Int, margin: Double) -> Bool {
  Double(x) > region.left + margin && Double(x) < region.left + region.side - margin
    && Double(y) > region.top + margin && Double(y) < region.top + region.side - margin
}

private func isInner(x: Int, y: Int, margin: Double) -> Bool {
  Double(x) > margin && Double(x) < 119 - margin && Double(y) > margin && Double(y) < 89 - margin
}

@Test("restored images are 0 outside the region") func outsideRegion() {
  let region = RegionOfInterest(left: 9.5, top: 19.5, side: 20)
  let ones = Image(width: 64, height: 64, value: 1)
  let restored = region.restore(ones, width: 50, height: 60, spacing: .unknown)
  for y in 0..<60 {
    for x in 0..<50 {
      let isIn = (10...29).contains(x) && (20...39).contains(y)
      #expect(abs(restored[x, y] - (isIn ? 1 : 0)) < 1e-6)
    }
  }
}

@Test("the region of a whole square image is the image itself") func wholeImage() {
  let image = randomImage(width: 32, height: 32, range: 0...1, seed: 6)
  let region = RegionOfInterest(wholeOf: 32, height: 32)
  #expect(region.extract(image, size: 32) == image)
  #expect(region.restore(image, width: 32, height: 32, spacing: .unknown) == image)
}

@Test("an oblong image is padded with its edge pixels") func oblongImage() {
  let image = Image(width: 2, height: 4, pixels: [1, 2, 1, 2, 1, 2, 1, 2])
  let window = RegionOfInterest(wholeOf: 2, height: 4).extract(image, size: 4)
  for y in 0..<4 { #expect((0..<4).map { window[$0, y] } == [1, 1, 2, 2]) }
}
