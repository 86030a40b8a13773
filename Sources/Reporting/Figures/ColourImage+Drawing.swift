import Imaging

/// A colour of a figure.
struct Colour: Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  static func grey(_ value: UInt8) -> Colour { Colour(red: value, green: value, blue: value) }

  /// Red, green, blue.
  var components: (red: UInt8, green: UInt8, blue: UInt8) { (red, green, blue) }

  /// This colour on white: all of it at 1, none at 0.
  func tinted(_ share: Float) -> Colour {
    func mixed(_ value: UInt8) -> UInt8 {
      UInt8((255 + max(0, min(1, share)) * (Float(value) - 255)).rounded())
    }
    return Colour(red: mixed(red), green: mixed(green), blue: mixed(blue))
  }
}

extension ColourImage {
  /// Lays `colour` over a pixel; opacity in `[0, 1]`.
  mutating func blend(_ colour: Colour, opacity: Double, x: Int, y: Int) {
    func mixed(_ below: UInt8, _ above: UInt8) -> UInt8 {
      UInt8((Double(below) + opacity * (Double(above) - Double(below))).rounded())
    }
    let below = self[x, y]
    self[x, y] = (
      mixed(below.red, colour.red), mixed(below.green, colour.green), mixed(below.blue, colour.blue)
    )
  }

  /// Draws lines with round ends, `width` pixels wide, without steps; what lies outside is cut off.
  mutating func stroke(_ segments: [Segment], width lineWidth: Double, _ colour: Colour) {
    // Where lines meet, coverage is the larger one, not the sum: a joint is no darker.
    var coverage = [Double](repeating: 0, count: width * height)
    let reach = lineWidth / 2 + 0.5
    for segment in segments {
      for y in covered(from: segment.from.y, to: segment.to.y, reach, height) {
        for x in covered(from: segment.from.x, to: segment.to.x, reach, width) {
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

  /// Writes `text` with its upper left corner at (x, y), each pixel of the font `scale` wide; what
  /// lies outside is cut off.
  mutating func write(_ text: String, x left: Int, y top: Int, scale: Int, _ colour: Colour) {
    for (place, character) in text.enumerated() {
      let start = left + place * PixelFont.advance * scale
      for y in 0..<PixelFont.height * scale {
        for x in 0..<PixelFont.width * scale
        where PixelFont.isInked(character, x: x / scale, y: y / scale) {
          guard (0..<width).contains(start + x) && (0..<height).contains(top + y) else { continue }
          self[start + x, top + y] = (colour.red, colour.green, colour.blue)
        }
      }
    }
  }

  /// Copies `picture` to (x, y).
  ///
  /// - Precondition: it lies inside.
  mutating func place(_ picture: ColourImage, x left: Int, y top: Int) {
    for y in 0..<picture.height {
      for x in 0..<picture.width { self[left + x, top + y] = picture[x, y] }
    }
  }
}

/// The pixels of a line of `count` that lie within `reach` of an interval.
private func covered(from: Double, to: Double, _ reach: Double, _ count: Int) -> Range<Int> {
  let last = Double(count)
  let first = Int(max(0, min(last, (min(from, to) - reach).rounded(.up))))
  return first..<max(first, Int(max(0, min(last, (max(from, to) + reach).rounded(.down) + 1))))
}

extension Segment {
  /// The Euclidean distance from the nearest point of the segment.
  fileprivate func distance(to point: Point) -> Double {
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    let length = dx * dx + dy * dy
    let along = (point.x - from.x) * dx + (point.y - from.y) * dy
    let share = length == 0 ? 0 : max(0, min(1, along / length))
    let (x, y) = (from.x + share * dx - point.x, from.y + share * dy - point.y)
    return (x * x + y * y).squareRoot()
  }
}
