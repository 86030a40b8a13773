import Foundation
import Imaging

/// The files that `Scripts/golden.d/imaging.py` wrote.
enum ImagingFixtures {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/imaging")

  static func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  static func decoded<Value: Decodable>(_ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: bytes(name))
  }
}

/// The image that another reader found in a file.
struct ExpectedImage: Decodable {
  var file: String
  var width: Int
  var height: Int
  var spacing: [Double]?
  var pixels: [Double]
}

/// Returns an image of one hill per `period` pixels, with values in `[0, 1]`.
func waves(width: Int, height: Int, period: Double, spacing: Spacing = .unknown) -> Image {
  var image = Image(width: width, height: height, spacing: spacing, value: 0)
  for y in 0..<height {
    for x in 0..<width {
      let phase = sin(2 * .pi * Double(x) / period) * cos(2 * .pi * Double(y) / period)
      image[x, y] = Float(0.5 + 0.5 * phase)
    }
  }
  return image
}

/// Returns an image of random values in `range`.
func randomImage(
  width: Int, height: Int, range: ClosedRange<Double>, seed: UInt64, spacing: Spacing = .unknown
) -> Image {
  var generator = SplitMix64(seed: seed)
  return Image(
    width: width, height: height, spacing: spacing,
    pixels: (0..<width * height).map { _ in Float(generator.uniform(range)) })
}

/// Returns the disc of pixels within `radius` of `(x, y)`.
func disc(size: Int, x: Double, y: Double, radius: Double) -> Mask {
  let pixels = (0..<size).flatMap { row in
    (0..<size).map { hypot(Double($0) - x, Double(row) - y) <= radius }
  }
  return Mask(width: size, height: size, pixels: pixels)
}
