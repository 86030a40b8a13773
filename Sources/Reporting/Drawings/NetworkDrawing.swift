import Imaging
import Jobs

/// A drawing of one network, made from its description; the drawing of the DIP Net is the paper's
/// Figure 1.
public struct NetworkDrawing: Sendable {
  private static let margin = (left: 104.0, top: 96.0, right: 74.0, bottom: 24.0)
  private static let legendLine = 24.0

  private let network: NetworkDescription
  private let title: String
  private let input: String
  private let output: String
  private let side: Int

  /// Creates the drawing of a network.
  ///
  /// - Parameters:
  ///   - network: the network to draw.
  ///   - title: the title of the drawing.
  ///   - input: the name of the input; `*u*{VM}` is an italic u with the subscript VM.
  ///   - output: the name of the output.
  ///   - side: the width and height of the images, in pixels.
  public init(
    of network: NetworkDescription, title: String, input: String, output: String, side: Int
  ) {
    self.network = network
    self.title = title
    self.side = side
    self.input = input
    self.output = output
  }

  /// Returns the drawing as an SVG file. A box is the output of a layer: its height shows the
  /// resolution, its width the logarithm of the number of channels, which is written above it. An
  /// arrow is the operation of a layer.
  public func rendered() -> String {
    let layout = HourglassLayout(network)
    let margin = Self.margin
    var drawing = SVG()
    drawing.text(title, at: Point(x: 16, y: 30), size: 20, weight: "bold")
    let count = grouped(network.parameterCount)
    drawing.text("\(count) parameters", at: Point(x: 16, y: 54), colour: "#555")
    for (row, top) in layout.rows.enumerated() {
      let size = side >> row
      drawing.text(
        "\(size) × \(size)", at: Point(x: 16, y: margin.top + top + 14), size: 14, colour: "#555")
    }
    var body = SVG()
    body.draw(layout, isLabelled: true)
    drawing.add(body, at: Point(x: margin.left, y: margin.top), scale: 1)
    nameEnds(of: layout, on: &drawing)
    let legendTop = margin.top + layout.height + 46
    let lines = drawLegend(on: &drawing, top: legendTop)
    return drawing.document(
      width: margin.left + layout.width + margin.right,
      height: legendTop + Double(lines - 1) * Self.legendLine + margin.bottom)
  }

  private func nameEnds(of layout: HourglassLayout, on drawing: inout SVG) {
    guard let first = network.layers.first.flatMap({ layout.boxes[$0.name] }),
      let last = network.layers.last.flatMap({ layout.boxes[$0.name] })
    else { return }
    let margin = Self.margin
    drawing.text(
      input, at: Point(x: margin.left + first.x, y: margin.top + first.y - 24), size: 17)
    drawing.text(
      output, at: Point(x: margin.left + last.right + 10, y: margin.top + last.centre.y + 5),
      size: 17)
  }

  /// Explains the arrows; returns the number of lines.
  private func drawLegend(on drawing: inout SVG, top: Double) -> Int {
    var operations: [Operation] = []
    for operation in network.layers.flatMap(\.operations) where !operations.contains(operation) {
      operations.append(operation)
    }
    for (line, operation) in operations.enumerated() {
      let y = top + Double(line) * Self.legendLine
      drawing.arrow([Point(x: 16, y: y - 5), Point(x: 52, y: y - 5)], colour: operation.colour)
      drawing.text(operation.name, at: Point(x: 62, y: y), size: 15)
    }
    drawing.text(
      "A box is what a layer gives, with the number of its channels; its grey part came over the skip "
        + "connection.",
      at: Point(x: 16, y: top + Double(operations.count) * Self.legendLine + 8), size: 14,
      colour: "#555")
    return operations.count + 1
  }
}

extension SVG {
  /// Draws the boxes and arrows of a layout, with the numbers of channels if `isLabelled`.
  mutating func draw(_ layout: HourglassLayout, isLabelled: Bool) {
    for layer in layout.network.layers {
      guard let box = layout.boxes[layer.name] else { continue }
      for (source, operation) in zip(layer.sources, layer.operations) {
        guard let from = layout.boxes[source] else { continue }
        arrow(path(from: from, to: box, isLabelled: isLabelled), colour: operation.colour)
      }
    }
    for layer in layout.network.layers {
      guard let box = layout.boxes[layer.name] else { continue }
      draw(layer, in: box, sharesOf: layer.sources.compactMap { layout.network[$0]?.outputs })
      guard isLabelled else { continue }
      text(
        String(layer.outputs), at: Point(x: box.centre.x, y: box.y - 5), size: 14, anchor: .middle)
    }
  }

  /// Draws the box of a layer; a junction shows the share of the skip connection in grey.
  private mutating func draw(
    _ layer: NetworkDescription.Layer, in box: Rectangle, sharesOf channels: [Int]
  ) {
    let isEnd = layer.kind == .input || layer.kind == .sigmoid
    rectangle(box, fill: isEnd ? "#f2f2f2" : "#cfe3f3")
    guard case .junction = layer.kind else { return }
    var part = box
    part.width *= max(0.2, Double(channels[0]) / Double(layer.inputs))
    rectangle(part, fill: "#e0e0e0")
  }
}

/// Returns the path from one box to another: horizontal if they share a row, otherwise vertical at
/// the middle of the second box.
private func path(from: Rectangle, to: Rectangle, isLabelled: Bool) -> [Point] {
  let label = isLabelled ? HourglassLayout.labelHeight : 0
  let x = to.centre.x
  if from.y == to.y {
    return [Point(x: from.right, y: to.centre.y), Point(x: to.x, y: to.centre.y)]
  }
  return from.y < to.y
    ? [Point(x: x, y: from.bottom), Point(x: x, y: to.y - label)]
    : [Point(x: x, y: from.y - label), Point(x: x, y: to.bottom)]
}

/// The operation that an arrow stands for, in a colour that colour-blind readers can tell apart
/// (Okabe and Ito 2008).
private struct Operation: Hashable {
  var name: String
  var colour: String
}

extension NetworkDescription.Layer {
  /// The operation on each source of the layer.
  fileprivate var operations: [Operation] {
    switch kind {
    case .input: []
    case .convolution(let convolution): [Operation(convolution)]
    case .maxPooling: [Operation(name: "maximum of 2 × 2", colour: "#D55E00")]
    case .junction(let isNormalised):
      [
        Operation(name: "skip connection", colour: "#8a8a8a"),
        Operation(
          name: "enlarged twice, bilinear; then beside the skip connection"
            + (isNormalised ? ", batch normalisation" : ""), colour: "#E69F00"),
      ]
    case .sigmoid: [Operation(name: "sigmoid", colour: "#CC79A7")]
    }
  }
}

extension Operation {
  fileprivate init(_ convolution: NetworkDescription.Convolution) {
    let kernel = "\(convolution.kernel) × \(convolution.kernel) convolution"
    let stride = convolution.stride == 1 ? "" : ", stride \(convolution.stride)"
    let activation = convolution.slope.map {
      ", batch normalisation, " + ($0 == 0 ? "ReLU" : "leaky ReLU \($0)")
    }
    name = kernel + stride + (activation ?? "")
    switch (convolution.kernel, convolution.stride, convolution.slope) {
    case (_, _, nil): colour = "#222222"
    case (1, _, _): colour = "#009E73"
    case (_, 1, _): colour = "#0072B2"
    default: colour = "#D55E00"
    }
  }
}

/// Groups the digits of a number by thin spaces: `2217573` becomes `2 217 573`.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  return digits.enumerated().map { index, digit in
    (index > 0 && (digits.count - index) % 3 == 0 ? "\u{2009}" : "") + String(digit)
  }.joined()
}
