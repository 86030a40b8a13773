import Evaluation
import Foundation
import FoundationXML
import Jobs
import Methods
import Reporting
import RunFixtures
import TestSupport
import Testing

/// The curves of the trainings behind a report.
struct JobCurveTests {
  /// Returns the curve of a training with this seed whose energy falls to its lower bound of -1.
  private func trained(
    _ method: Jobs.Method, seed: UInt64, epochs: Int, on dataset: String = "lung",
    isReported: Bool = true
  ) -> JobCurve {
    let job = Job.example(.train, method: method, number: Int(seed), inputs: [])
    var curve = TrainingCurve()
    for epoch in 1...epochs {
      let share = Float(epoch) / Float(epochs)
      curve.append(TrainingCurve.Point(epoch: epoch, loss: 0.5 - share, energy: -share, fit: share))
    }
    return JobCurve(
      curve, of: PlannedJob(job: job, dataset: dataset, cases: ["a", "b"], cost: 1), setting: "",
      isReported: isReported)
  }

  @Test("every epoch has a line")
  func writesLines() {
    let one = trained(.m3, seed: 7, epochs: 4)
    let lines = [one].csv.split(separator: "\n")
    #expect(
      lines[0] == "dataset,method,setting,seed,cases,job,epoch,loss,energy,regulariser,fit")
    #expect(lines.count == 5)
    #expect(lines[1] == "lung,M3,,7,a b,\(one.job),1,0.25,-0.25,0.5,0.25")
  }

  // There are two frames for each panel and two lines for each job; jobs without a score are not shown.
  @Test("the page shows the curve of every reported job")
  func showsReportedJobs() throws {
    let table = try ScoreTable(
      datasets: ["lung", "liver"], scores: [score("lung", .m3, "1", 0.5)], missingScores: [])
    let curves = [
      trained(.m3, seed: 1, epochs: 9), trained(.m3, seed: 2, epochs: 700),
      trained(.m1, seed: 1, epochs: 1), trained(.m4, seed: 1, epochs: 9, isReported: false),
      trained(.m3, seed: 1, epochs: 3, on: "liver"),
    ]
    let page = try Page(table.rendered(as: .html, with: curves))
    #expect(page.headings == ["lung", "lung: training", "liver: training"])
    #expect(page.lines.count == 2 * 4)
    #expect(page.texts.filter { $0.hasPrefix("M") } == ["M1", "M3", "M3"])
    // The longest line has 700 epochs, of which not all are drawn, but the last is.
    #expect(page.lines.map(\.count).max() == 200)
    let ends = page.lines.compactMap { $0.last?.x }
    #expect(ends.allSatisfy { (44...256).contains($0) } && ends.max() == 256)
    // Closer to the lower bound is lower down.
    let gap = page.lines[2].map(\.y)
    #expect(zip(gap, gap.dropFirst()).allSatisfy { $0 < $1 })
    let plain = try Page(table.rendered(as: .html))
    #expect(plain.headings == ["lung"] && plain.lines.isEmpty)
    for format in [TableFormat.table, .md, .csv, .latex, .json] {
      #expect(table.rendered(as: format, with: curves) == table.rendered(as: format))
    }
  }
}

/// The contents of a page, which must be well-formed XML.
private final class Page: NSObject, XMLParserDelegate {
  private(set) var headings: [String] = []
  private(set) var texts: [String] = []
  private(set) var lines: [[CGPoint]] = []
  private var element = ""

  init(_ html: String) throws {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    let isWhole = parser.parse()
    try #require(isWhole, "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    element = name
    if name == "h2" { headings.append("") }
    if name == "text" { texts.append("") }
    guard name == "polyline" else { return }
    lines.append(
      (attributes["points"] ?? "").split(separator: " ").map { pair in
        let numbers = pair.split(separator: ",").compactMap { Double($0) }
        return CGPoint(x: numbers[0], y: numbers[1])
      })
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { element = "" }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    switch element {
    case "h2": headings[headings.count - 1] += string
    case "tspan": texts[texts.count - 1] += string
    default: break
    }
  }
}
