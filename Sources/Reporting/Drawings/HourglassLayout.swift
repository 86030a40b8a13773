import Foundation
import Imaging
import Jobs

/// The layout of an encoder and decoder with skip connections on paper. Rows are ordered by resolution,
/// the largest on top; the layers follow one another from left to right.
struct HourglassLayout {
  /// The room above a box for the number of its channels.
  static let labelHeight = 18.0
  private static let gap = 26.0
  /// The gap in the last row, which is wider because the shortest skip connection lies above it.
  private static let lastGap = 84.0
  private static let rowGap = 30.0

  let network: NetworkDescription
  /// The box of each layer by name.
  private(set) var boxes: [String: Rectangle] = [:]
  /// The upper edge of each row, from the largest resolution down.
  private(set) var rows: [Double] = []

  /// Creates a layout that starts at the origin.
  init(_ network: NetworkDescription) {
    self.network = network
    var top = Self.labelHeight
    for row in 0...(network.layers.map(\.halvings).max() ?? 0) {
      rows.append(top)
      top += Self.height(row) + Self.labelHeight + Self.rowGap
    }
    for layer in network.layers where !isSkip(layer) { add(layer) }
    for layer in network.layers where isSkip(layer) { addToSkip(layer) }
    let left = boxes.values.map(\.x).min() ?? 0
    boxes = boxes.mapValues {
      Rectangle(x: $0.x - left, y: $0.y, width: $0.width, height: $0.height)
    }
  }

  var width: Double { boxes.values.map(\.right).max() ?? 0 }
  var height: Double { boxes.values.map(\.bottom).max() ?? 0 }

  /// Returns true if a layer lies on a skip connection: only junctions use its output, and each joins
  /// it with the output of another layer.
  func isSkip(_ layer: NetworkDescription.Layer) -> Bool {
    let users = network.layers.filter { $0.sources.contains(layer.name) }
    return !users.isEmpty
      && users.allSatisfy { $0.sources.count == 2 && $0.sources[0] == layer.name }
  }

  /// Puts a layer beside the layer before it, or below or above it if the resolution changes.
  private mutating func add(_ layer: NetworkDescription.Layer) {
    let size = (width: Self.width(layer), height: Self.height(layer.halvings))
    var x = 0.0
    if let before = layer.sources.last.flatMap({ network[$0] }), let box = boxes[before.name] {
      let isBeside = before.halvings == layer.halvings
      let gap = layer.halvings + 1 == rows.count ? Self.lastGap : Self.gap
      x = isBeside ? box.right + gap : box.centre.x - size.width / 2
    }
    boxes[layer.name] = Rectangle(
      x: x, y: rows[layer.halvings], width: size.width, height: size.height)
  }

  /// Puts a layer of a skip connection in the middle between the ends of the connection.
  private mutating func addToSkip(_ layer: NetworkDescription.Layer) {
    guard let source = layer.sources.first.flatMap({ boxes[$0] }),
      let user = network.layers.first(where: { $0.sources.contains(layer.name) }),
      let target = boxes[user.name]
    else { return }
    let width = Self.width(layer)
    boxes[layer.name] = Rectangle(
      x: (source.right + target.x - width) / 2, y: rows[layer.halvings], width: width,
      height: Self.height(layer.halvings))
  }

  private static func width(_ layer: NetworkDescription.Layer) -> Double {
    6 + 3 * log2(Double(max(1, layer.outputs)))
  }

  private static func height(_ row: Int) -> Double { max(14, 86 * pow(0.74, Double(row))) }
}
