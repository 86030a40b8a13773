import Imaging
import Testing

/// Computes the sizes of the components by flood filling, the largest first.
private func flooded(_ masks: [Mask]) -> [Int] {
  var seen = masks.map { [Bool](repeating: false, count: $0.pixels.count) }
  var sizes: [Int] = []
  let width = masks[0].width
  let height = masks[0].height
  func isFree(x: Int, y: Int, z: Int) -> Bool {
    masks.indices.contains(z) && (0..<width).contains(x) && (0..<height).contains(y)
      && masks[z][x, y] && !seen[z][y * width + x]
  }
  for z in masks.indices {
    for y in 0..<height {
      for x in 0..<width where isFree(x: x, y: y, z: z) {
        var waiting = [(x, y, z)]
        var size = 0
        seen[z][y * width + x] = true
        while let (x, y, z) = waiting.popLast() {
          size += 1
          for (dx, dy, dz) in [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
          where isFree(x: x + dx, y: y + dy, z: z + dz) {
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

@Test("the components are those that flood filling finds") func matchFloodFill() {
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
      let components = volume.components()
      #expect(components.map(\.size) == flooded(masks))
      // The components together are the masks, and no two overlap.
      for (index, mask) in masks.enumerated() {
        let shares = components.map { volume.mask(of: $0, slice: index) }
        let counts = mask.pixels.indices.map { pixel in shares.count { $0.pixels[pixel] } }
        #expect(counts == mask.pixels.map { $0 ? 1 : 0 })
      }
      var flat = ConnectedComponents(of: masks[0])
      #expect(flat.components().map(\.size) == flooded([masks[0]]))
    }
  }
}

@Test("a component knows the mean column of its pixels") func meanColumn() {
  let mask = Mask(
    width: 5, height: 2,
    pixels: [true, true, false, true, true, true, false, false, false, true])
  var components = ConnectedComponents(of: mask)
  #expect(components.components().map(\.meanColumn) == [1.0 / 3, 11.0 / 3])
}
