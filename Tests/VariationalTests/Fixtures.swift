import Foundation
import Imaging
import TestSupport

/// Decodes golden numbers that `Scripts/golden.d/variational.py` wrote.
func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
  let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/variational/\(name).json")
  return try JSONDecoder().decode(type, from: Data(contentsOf: file))
}

/// Returns the largest absolute difference of two fields of equal length.
func largestDifference(of one: [Double], from other: [Double]) -> Double {
  precondition(one.count == other.count)
  return zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

extension Image {
  /// Makes an image of golden values.
  init(width: Int, height: Int, golden values: [Double]) {
    self.init(width: width, height: height, pixels: values.map { Float($0) })
  }

  /// Makes an image of values drawn uniformly from `range`.
  static func random(
    width: Int, height: Int, in range: ClosedRange<Float>,
    using generator: inout SeededGenerator
  ) -> Image {
    var image = Image(width: width, height: height, value: 0)
    for i in image.pixels.indices { image.pixels[i] = .random(in: range, using: &generator) }
    return image
  }

  /// Makes a data term whose minimiser is a disk round the centre: -1 inside, 1 outside, linear in
  /// between.
  static func disk(size: Int, radius: Double) -> Image {
    var image = Image(width: size, height: size, value: 0)
    let centre = Double(size - 1) / 2
    for y in 0..<size {
      for x in 0..<size {
        let dx = Double(x) - centre
        let dy = Double(y) - centre
        image[x, y] = Float(max(-1, min(1, (dx * dx + dy * dy).squareRoot() - radius)))
      }
    }
    return image
  }
}

extension Mask {
  /// Makes a mask of a single pixel.
  init(width: Int, height: Int, onlyX x: Int, onlyY y: Int) {
    self.init(
      width: width, height: height, pixels: [Bool](repeating: false, count: width * height))
    self[x, y] = true
  }

  /// Makes the mask of the pixels at which `field` is negative.
  init(negativeOf field: Image) {
    self.init(width: field.width, height: field.height, pixels: field.pixels.map { $0 < 0 })
  }

  /// Returns Dice's coefficient with another mask.
  func dice(_ other: Mask) -> Double {
    let common = zip(pixels, other.pixels).reduce(0) { $0 + ($1.0 && $1.1 ? 1 : 0) }
    return 2 * Double(common) / Double(max(1, area + other.area))
  }
}
