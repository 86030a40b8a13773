import Foundation
import Imaging
import TestSupport

/// Golden numbers that `Scripts/golden.d/variational.py` wrote.
func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
  let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/variational/\(name).json")
  return try JSONDecoder().decode(type, from: Data(contentsOf: file))
}

/// The largest absolute difference of two fields of equal length.
func largestDifference(_ one: [Double], _ other: [Double]) -> Double {
  precondition(one.count == other.count)
  return zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

extension Image {
  /// The image of golden values.
  init(_ width: Int, _ height: Int, _ values: [Double]) {
    self.init(width: width, height: height, pixels: values.map { Float($0) })
  }

  /// Values of the uniform distribution on `range`.
  static func random(
    _ width: Int, _ height: Int, in range: ClosedRange<Float>,
    using generator: inout SeededGenerator
  ) -> Image {
    var image = Image(width: width, height: height, value: 0)
    for i in image.pixels.indices { image.pixels[i] = .random(in: range, using: &generator) }
    return image
  }

  /// A data term that wants a disk round the centre: -1 inside, 1 outside, linear in between.
  static func disk(size: Int, radius: Double) -> Image {
    var image = Image(width: size, height: size, value: 0)
    let centre = Double(size - 1) / 2
    for y in 0..<size {
      for x in 0..<size {
        let (dx, dy) = (Double(x) - centre, Double(y) - centre)
        image[x, y] = Float(max(-1, min(1, (dx * dx + dy * dy).squareRoot() - radius)))
      }
    }
    return image
  }
}

extension Mask {
  /// One pixel.
  init(_ width: Int, _ height: Int, only x: Int, _ y: Int) {
    self.init(
      width: width, height: height, pixels: [Bool](repeating: false, count: width * height))
    self[x, y] = true
  }

  /// Dice's coefficient with another mask.
  func dice(_ other: Mask) -> Double {
    let common = zip(pixels, other.pixels).reduce(0) { $0 + ($1.0 && $1.1 ? 1 : 0) }
    return 2 * Double(common) / Double(max(1, area + other.area))
  }
}
