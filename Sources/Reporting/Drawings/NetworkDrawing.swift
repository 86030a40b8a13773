import Imaging
import Jobs

/// A drawing of one network, made from its description: the paper's Figure 1 for the DIP Net.
public struct NetworkDrawing: Sendable {
  private static let margin = (left: 104.0, top: 96.0, right: 74.0, bottom: 24.0)
  private static let legendLine = 24.0

  private let network: NetworkDescription
  private let title: String
  private let input: String
  private let output: String
  private let side: Int

  /// A drawing of `network` for images of `side` x `side` pixels.
  ///
  /// - Parameter input, output: what to call them; `*u*{VM}` is an italic u with the subscript VM.
  public init(
    of network: NetworkDescription, title: String, input: String, output: String, side: Int
  ) {
    (self.network, self.title, self.side) = (network, title, side)
    (self.input, self.output) = (input, output)
  }

  /// An SVG file. Every box is what a layer gives, as high as its image is large and as wide as it has
  /// channels (logarithm); their number is above it. Every arrow is what a layer does.
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
    drawing.place(body, at: Point(x: margin.left, y: margin.top), scale: 1)
    nameEnds(layout, &drawing)
    let legendTop = margin.top + layout.height + 46
    let lines = drawLegend(&drawing, top: legendTop)
    return drawing.document(
      width: margin.left + layout.width + margin.right,
      height: legendTop + Double(lines - 1) * Self.legendLine + margin.bottom)
  }

  private func nameEnds(_ layout: HourglassLayout, _ drawing: inout SVG) {
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

  /// What the arrows mean; returns the number of lines.
  private func drawLegend(_ drawing: inout SVG, top: Double) -> Int {
    var operations: [Operation] = []
    for operation in network.layers.flatMap(\.operations) where !operations.contains(operation) {
      operations.append(operation)
    }
    for (line, operation) in operations.enumerated() {
      let y = top + Double(line) * Self.legendLine
      drawing.arrow([Point(x: 16, y: y - 5), Point(x: 52, y: y - 5)], operation.colour)
      drawing.text(operation.words, at: Point(x: 62, y: y), size: 15)
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
  /// Draws boxes and arrows; numbers of channels above the boxes if `isLabelled`.
  mutating func draw(_ layout: HourglassLayout, isLabelled: Bool) {
    for layer in layout.network.layers {
      guard let box = layout.boxes[layer.name] else { continue }
      for (source, operation) in zip(layer.sources, layer.operations) {
        guard let from = layout.boxes[source] else { continue }
        arrow(between(from, box, isLabelled: isLabelled), operation.colour)
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

  /// A junction shows the parts that it is made of.
  private mutating func draw(
    _ layer: NetworkDescription.Layer, in box: Box, sharesOf channels: [Int]
  ) {
    let isEnd = layer.kind == .input || layer.kind == .sigmoid
    rectangle(box, fill: isEnd ? "#f2f2f2" : "#cfe3f3")
    guard case .junction = layer.kind else { return }
    var part = box
    part.width *= max(0.2, Double(channels[0]) / Double(layer.inputs))
    rectangle(part, fill: "#e0e0e0")
  }
}

/// From one box to the other: level where they share a row, else upright at the second one's middle.
private func between(_ from: Box, _ to: Box, isLabelled: Bool) -> [Point] {
  let label = isLabelled ? HourglassLayout.labelHeight : 0
  let x = to.centre.x
  if from.y == to.y {
    return [Point(x: from.right, y: to.centre.y), Point(x: to.x, y: to.centre.y)]
  }
  return from.y < to.y
    ? [Point(x: x, y: from.bottom), Point(x: x, y: to.y - label)]
    : [Point(x: x, y: from.y - label), Point(x: x, y: to.bottom)]
}

/// What an arrow stands for. Colours that the colour-blind tell apart (Okabe and Ito 2008).
private struct Operation: Hashable {
  var words: String
  var colour: String
}

extension NetworkDescription.Layer {
  /// What is done to each source.
  fileprivate var operations: [Operation] {
    switch kind {
    case .input: []
    case .convolution(let convolution): [Operation(convolution)]
    case .maxPooling: [Operation(words: "maximum of 2 × 2", colour: "#D55E00")]
    case .junction(let isNormalised):
      [
        Operation(words: "skip connection", colour: "#8a8a8a"),
        Operation(
          words: "enlarged twice, bilinear; then beside the skip connection"
            + (isNormalised ? ", batch normalisation" : ""), colour: "#E69F00"),
      ]
    case .sigmoid: [Operation(words: "sigmoid", colour: "#CC79A7")]
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
    words = kernel + stride + (activation ?? "")
    switch (convolution.kernel, convolution.stride, convolution.slope) {
    case (_, _, nil): colour = "#222222"
    case (1, _, _): colour = "#009E73"
    case (_, 1, _): colour = "#0072B2"
    default: colour = "#D55E00"
    }
  }
}

/// `2217573` as `2 217 573`, with thin blanks.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  return digits.enumerated().map { place, digit in
    (place > 0 && (digits.count - place) % 3 == 0 ? "\u{2009}" : "") + String(digit)
  }.joined()
}
