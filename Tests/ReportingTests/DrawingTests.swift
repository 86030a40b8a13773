import Evaluation
import Foundation
import FoundationXML
import Jobs
import Reporting
import Testing

struct DrawingTests {
  private static let shapes: [(vm: Int, dip: Int)] = [(4, 5), (1, 1), (2, 3), (5, 2)]

  private func vmNet(depth: Int) -> VMNetParameters {
    var network = VMNetParameters()
    network.depth = depth
    return network
  }

  private func dipNet(depth: Int) -> DIPNetParameters {
    var network = DIPNetParameters()
    network.depth = depth
    return network
  }

  private func drawing(_ net: NetworkDescription) -> String {
    NetworkDrawing(of: net, title: "A & *B*", input: "*z*{1} < 2", output: "*u*", side: 192)
      .rendered()
  }

  @Test("every layer has a box of its own inside the drawing", arguments: shapes)
  func drawsEveryLayer(_ depths: (vm: Int, dip: Int)) throws {
    for net in [vmNet(depth: depths.vm).layout, dipNet(depth: depths.dip).layout] {
      let file = try DrawnFile(drawing(net))
      let boxes = file.boxes(["#cfe3f3", "#f2f2f2"])
      #expect(boxes.count == net.layers.count)
      for (index, box) in boxes.enumerated() {
        #expect(boxes[..<index].allSatisfy { !$0.intersects(box) })
        #expect(box.minX >= 0 && box.maxX + 104 < file.size.width)
        #expect(box.minY >= 0 && box.maxY + 96 < file.size.height)
      }
      // A head for every arrow: one a source, one a line of the legend.
      let arrows = net.layers.reduce(0) { $0 + $1.sources.count }
      #expect(file.count("polygon") > arrows && file.count("polygon") <= arrows + 8)
    }
  }

  @Test("the numbers in the drawing are the network's")
  func showsNumbers() throws {
    var network = DIPNetParameters()
    network.width = 24
    network.skip = 7
    network.noiseChannels = 9
    let text = try DrawnFile(drawing(network.layout)).texts
    for words in ["24", "7", "9", "31", "192 × 192", "6 × 6", "A & B", "z1 < 2", "sigmoid"] {
      #expect(text.contains(words), "\(words) is not in \(text)")
    }
    #expect(text.contains { $0.hasSuffix(" parameters") })
    #expect(!text.contains("128"))
    #expect(text.contains("3 × 3 convolution, stride 2, batch normalisation, leaky ReLU 0.2"))
  }

  @Test("the workflow shows both networks")
  func showsBothNetworks() throws {
    let vmNet = vmNet(depth: 2)
    let dipNet = dipNet(depth: 3)
    let file = try DrawnFile(WorkflowDrawing(vmNet: vmNet, dipNet: dipNet).rendered())
    // Two boxes for the results besides those of the layers.
    #expect(
      file.boxes(["#cfe3f3", "#f2f2f2"]).count
        == vmNet.layout.layers.count + dipNet.layout.layers.count + 2)
    #expect(file.texts.contains("VM Net ψ") && file.texts.contains("DIP Net φ"))
  }
}

/// The contents of a drawing, which must be well-formed XML.
private final class DrawnFile: NSObject, XMLParserDelegate {
  private(set) var size = CGSize.zero
  private(set) var texts: [String] = []
  private var rectangles: [(fill: String, box: CGRect)] = []
  private var counts: [String: Int] = [:]

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    let isWhole = parser.parse()
    try #require(isWhole, "\(String(describing: parser.parserError))")
  }

  func boxes(_ fills: [String]) -> [CGRect] {
    rectangles.filter { fills.contains($0.fill) }.map(\.box)
  }

  func count(_ element: String) -> Int { counts[element, default: 0] }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    counts[name, default: 0] += 1
    func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
    switch name {
    case "svg": size = CGSize(width: number("width"), height: number("height"))
    case "text": texts.append("")
    case "rect":
      rectangles.append(
        (
          attributes["fill"] ?? "",
          CGRect(
            x: number("x"), y: number("y"), width: number("width"), height: number("height"))
        ))
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if !texts.isEmpty { texts[texts.count - 1] += string.replacing("\n", with: "") }
  }
}
