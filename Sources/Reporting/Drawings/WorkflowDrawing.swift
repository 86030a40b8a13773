import Imaging
import Jobs

/// The paper's Figure 2, made from the descriptions of the networks. VM Net and DIP Net each produce a
/// segmentation, and the Hadamard product of the two enters the loss.
public struct WorkflowDrawing: Sendable {
  private static let frameWidth = 430.0
  private static let frameHeight = 250.0
  private static let frameLeft = 172.0
  private static let frameTops = [24.0, 314.0]
  private static let resultLeft = 636.0

  private let vmNet: NetworkDescription
  private let dipNet: NetworkDescription

  /// Creates the workflow of M3 and M4 with networks of these shapes.
  public init(vmNet: VMNetParameters, dipNet: DIPNetParameters) {
    self.vmNet = vmNet.layout
    self.dipNet = dipNet.layout
  }

  /// Returns the drawing as an SVG file.
  public func rendered() -> String {
    var drawing = SVG()
    let tops = Self.frameTops
    let middles = tops.map { $0 + Self.frameHeight / 2 }
    draw(vmNet, name: "VM Net *ψ*", top: tops[0], on: &drawing)
    draw(dipNet, name: "DIP Net *φ*", top: tops[1], on: &drawing)
    drawInput(
      ["image *f*", "geometry *G*:", "*M* (M3), *D*{G} (M4)"], middle: middles[0], on: &drawing)
    drawInput(["noise *z* + *ẑ*,", "*ẑ* anew each epoch"], middle: middles[1], on: &drawing)
    drawResult("*u*{VM}", middle: middles[0], on: &drawing)
    drawResult("*u*{DIP}", middle: middles[1], on: &drawing)
    drawLoss(middles, on: &drawing)
    let width = 1140.0
    drawing.text(
      "Training. A new image is segmented by the VM Net alone, where *u*{VM} > ½.",
      at: Point(x: Self.frameLeft, y: 596), size: 15, colour: "#555")
    return drawing.document(width: width, height: 616)
  }

  private func draw(
    _ network: NetworkDescription, name: String, top: Double, on drawing: inout SVG
  ) {
    let frame = Rectangle(
      x: Self.frameLeft, y: top, width: Self.frameWidth, height: Self.frameHeight)
    drawing.rectangle(frame, fill: "#fbfbfb", stroke: "#999", radius: 10)
    let left = frame.right - 170
    drawing.text(name, at: Point(x: left, y: frame.bottom - 36), size: 18, weight: "bold")
    drawing.text(
      "\(grouped(network.parameterCount)) parameters",
      at: Point(x: left, y: frame.bottom - 14), size: 14, colour: "#555")
    let layout = HourglassLayout(network)
    let scale = min((frame.width - 40) / layout.width, (frame.height - 24) / layout.height)
    var body = SVG()
    body.draw(layout, isLabelled: false)
    let start = frame.x + (frame.width - layout.width * scale) / 2
    drawing.add(body, at: Point(x: start, y: frame.y + 6), scale: scale)
  }

  /// Draws lines of text to the left of a frame, and an arrow into it.
  private func drawInput(_ lines: [String], middle: Double, on drawing: inout SVG) {
    for (index, line) in lines.enumerated() {
      let y = middle - 14 - Double(lines.count - 1 - index) * 20
      drawing.text(line, at: Point(x: 8, y: y), size: 15)
    }
    drawing.arrow(
      [Point(x: 8, y: middle), Point(x: Self.frameLeft, y: middle)], colour: "#333")
  }

  private func drawResult(_ name: String, middle: Double, on drawing: inout SVG) {
    let box = Rectangle(x: Self.resultLeft, y: middle - 28, width: 64, height: 56)
    drawing.arrow(
      [
        Point(x: Self.frameLeft + Self.frameWidth, y: middle), Point(x: box.x, y: middle),
      ], colour: "#333")
    drawing.rectangle(box, fill: "#cfe3f3", radius: 4)
    drawing.text(
      name, at: Point(x: box.x + 12, y: middle + 5), size: 18)
  }

  private func drawLoss(_ middles: [Double], on drawing: inout SVG) {
    let x = Self.resultLeft + 32
    let product = Point(x: 868, y: (middles[0] + middles[1]) / 2)
    for (middle, side) in zip(middles, [-1.0, 1.0]) {
      drawing.arrow(
        [
          Point(x: Self.resultLeft + 64, y: middle), Point(x: product.x, y: middle),
          Point(x: product.x, y: product.y + side * 18),
        ], colour: "#333")
    }
    drawing.arrow(
      [Point(x: x, y: middles[0] + 28), Point(x: x, y: middles[1] - 28)], colour: "#8a8a8a",
      isPlain: true, dashed: true)
    drawing.text(
      "½ ∫ (*u*{DIP} − *u*{VM})²", at: Point(x: x + 14, y: product.y + 5), size: 15,
      colour: "#555")
    drawing.circle(product, radius: 18, fill: "white")
    drawing.circle(product, radius: 3, fill: "#222")
    for (line, word) in ["Hadamard", "product"].enumerated() {
      drawing.text(
        word, at: Point(x: product.x - 12, y: product.y - 56 + 17 * Double(line)), size: 14,
        anchor: .end, colour: "#555")
    }
    let loss = Rectangle(x: 938, y: product.y - 52, width: 190, height: 104)
    drawing.arrow(
      [Point(x: product.x + 18, y: product.y), Point(x: loss.x, y: product.y)], colour: "#333")
    drawing.text("*u*", at: Point(x: 904, y: product.y - 8), size: 18)
    drawing.rectangle(loss, fill: "#fdf3dd", radius: 6)
    for (line, text) in [
      "loss (2)", "*λ* ∫ *Φ*(*f*, *c*{1}) *u*", "+ *θ* ∫ *D*{G} *u*",
      "+ ½ ∫ (*u*{DIP} − *u*{VM})²",
    ].enumerated() {
      drawing.text(
        text, at: Point(x: loss.x + 14, y: loss.y + 24 + 23 * Double(line)), size: 16,
        weight: line == 0 ? "bold" : "normal")
    }
  }
}
