import Imaging
import Testing

/// Sizes of the parts by flooding, the largest first.
private func flooded(_ masks: [Mask]) -> [Int] {
  var seen = masks.map { [Bool](repeating: false, count: $0.pixels.count) }
  var sizes: [Int] = []
  let (width, height) = (masks[0].width, masks[0].height)
  func isFree(_ x: Int, _ y: Int, _ z: Int) -> Bool {
    masks.indices.contains(z) && (0..<width).contains(x) && (0..<height).contains(y)
      && masks[z][x, y] && !seen[z][y * width + x]
  }
  for z in masks.indices {
    for y in 0..<height {
      for x in 0..<width where isFree(x, y, z) {
        var (waiting, size) = ([(x, y, z)], 0)
        seen[z][y * width + x] = true
        while let (x, y, z) = waiting.popLast() {
          size += 1
          for (dx, dy, dz) in [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
          where isFree(x + dx, y + dy, z + dz) {
            seen[z + dz][(y + dy) * width + x + dx] = true
            waiting.append((x + dx, y + dy, z + dz))
          }
        }
        sizes.append(size)
      }
    }
  }
  return sizes.sorted(by: >)
}

@Test func partsAreThoseThatFloodingFinds() {
  var generator = SplitMix64(seed: 31)
  for density in [0.2, 0.35, 0.5, 0.65, 0.9] {
    for _ in 0..<8 {
      let masks = (0..<5).map { _ in
        Mask(
          width: 13, height: 9,
          pixels: (0..<13 * 9).map { _ in generator.uniform(0...1) < density })
      }
      var volume = ConnectedComponents(width: 13, height: 9)
      for mask in masks { volume.append(mask) }
      let parts = volume.components()
      #expect(parts.map(\.size) == flooded(masks))
      // Together they are the masks, and no two overlap.
      for (index, mask) in masks.enumerated() {
        let shares = parts.map { volume.mask(of: $0, slice: index) }
        let counts = mask.pixels.indices.map { pixel in shares.count { $0.pixels[pixel] } }
        #expect(counts == mask.pixels.map { $0 ? 1 : 0 })
      }
      var flat = ConnectedComponents(of: masks[0])
      #expect(flat.components().map(\.size) == flooded([masks[0]]))
    }
  }
}

@Test func aPartsCentreIsItsMeanColumn() {
  let mask = Mask(
    width: 5, height: 2,
    pixels: [true, true, false, true, true, true, false, false, false, true])
  var parts = ConnectedComponents(of: mask)
  #expect(parts.components().map(\.meanColumn) == [1.0 / 3, 11.0 / 3])
}
