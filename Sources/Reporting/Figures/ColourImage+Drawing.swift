import Imaging

/// A colour of a figure.
struct Colour: Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  static func grey(_ value: UInt8) -> Colour { Colour(red: value, green: value, blue: value) }

  /// The components red, green and blue, as the pixels of an image hold them.
  var components: (red: UInt8, green: UInt8, blue: UInt8) { (red, green, blue) }

  /// Returns a mixture of this colour and white, from white at 0 to the full colour at 1.
  func tinted(_ share: Float) -> Colour {
    func mixed(_ value: UInt8) -> UInt8 {
      UInt8((255 + max(0, min(1, share)) * (Float(value) - 255)).rounded())
    }
    return Colour(red: mixed(red), green: mixed(green), blue: mixed(blue))
  }
}

extension ColourImage {
  /// Blends a colour over a pixel; the opacity is in `[0, 1]`.
  mutating func blend(_ colour: Colour, opacity: Double, x: Int, y: Int) {
    func mixed(_ below: UInt8, with above: UInt8) -> UInt8 {
      UInt8((Double(below) + opacity * (Double(above) - Double(below))).rounded())
    }
    let below = self[x, y]
    self[x, y] = (
      mixed(below.red, with: colour.red), mixed(below.green, with: colour.green),
      mixed(below.blue, with: colour.blue)
    )
  }

  /// Draws anti-aliased lines with round ends, `width` pixels wide. Parts outside of the image are
  /// cut off.
  mutating func stroke(_ segments: [Segment], width lineWidth: Double, colour: Colour) {
    // The larger coverage counts where lines meet, and not the sum, so that joints are not darker.
    var coverage = [Double](repeating: 0, count: width * height)
    let reach = lineWidth / 2 + 0.5
    for segment in segments {
      for y in covered(from: segment.from.y, to: segment.to.y, within: reach, count: height) {
        for x in covered(from: segment.from.x, to: segment.to.x, within: reach, count: width) {
          let distance = segment.distance(to: Point(x: Double(x), y: Double(y)))
          let index = y * width + x
          coverage[index] = max(coverage[index], min(1, reach - distance))
        }
      }
    }
    for (index, opacity) in coverage.enumerated() where opacity > 0 {
      blend(colour, opacity: opacity, x: index % width, y: index / width)
    }
  }

  /// Writes a text with its upper left corner at (x, y). Each pixel of the font is `scale` pixels
  /// wide. Parts outside of the image are cut off.
  mutating func write(_ text: String, x left: Int, y top: Int, scale: Int, colour: Colour) {
    for (index, character) in text.enumerated() {
      let start = left + index * PixelFont.advance * scale
      for y in 0..<PixelFont.height * scale {
        for x in 0..<PixelFont.width * scale
        where PixelFont.isInked(character, x: x / scale, y: y / scale) {
          guard (0..<width).contains(start + x) && (0..<height).contains(top + y) else { continue }
          self[start + x, top + y] = (colour.red, colour.green, colour.blue)
        }
      }
    }
  }

  /// Copies a picture to (x, y).
  ///
  /// - Precondition: the picture lies inside of the image.
  mutating func paste(_ picture: ColourImage, x left: Int, y top: Int) {
    for y in 0..<picture.height {
      for x in 0..<picture.width { self[left + x, top + y] = picture[x, y] }
    }
  }
}

/// Returns the pixels, of a row of `count`, that lie within `reach` of an interval.
private func covered(from: Double, to: Double, within reach: Double, count: Int) -> Range<Int> {
  let last = Double(count)
  let first = Int(max(0, min(last, (min(from, to) - reach).rounded(.up))))
  return first..<max(first, Int(max(0, min(last, (max(from, to) + reach).rounded(.down) + 1))))
}

extension Segment {
  /// Returns the Euclidean distance of a point from the segment.
  fileprivate func distance(to point: Point) -> Double {
    let dx = to.x - from.x
    let dy = to.y - from.y
    let length = dx * dx + dy * dy
    let along = (point.x - from.x) * dx + (point.y - from.y) * dy
    let share = length == 0 ? 0 : max(0, min(1, along / length))
    let x = from.x + share * dx - point.x
    let y = from.y + share * dy - point.y
    return (x * x + y * y).squareRoot()
  }
}
