import Evaluation
import Foundation
import Imaging
import FoundationXML
import Jobs
import Methods
import Reporting
import RunFixtures
import TestSupport
import Testing
import TestSupport

struct RenderingTests {
  @Test("the text for a terminal is the sample")
  func rendersText() throws {
    let text = try sampleTable().rendered(as: .table)
    #expect(text == sampleText)
  }

  @Test("the Markdown is the sample")
  func rendersMarkdown() throws {
    #expect(try sampleTable().rendered(as: .md) == sampleMarkdown)
  }

  @Test("the CSV table is the sample")
  func rendersCSV() throws {
    #expect(try sampleTable().rendered(as: .csv) == sampleCSV)
  }

  @Test("the LaTeX is the sample")
  func rendersLaTeX() throws {
    #expect(try sampleTable().rendered(as: .latex) == sampleLaTeX)
  }

  @Test("the HTML has the tables and is well-formed")
  func rendersHTML() throws {
    let page = try sampleTable().rendered(as: .html)
    #expect(page.contains("<tr><th>DICE mean</th><td>0.500</td><td><strong>0.906</strong></td>"))
    #expect(page.contains("<h2>lung: paired tests</h2>"))
    let parser = XMLParser(data: Data(page.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test("the table of tests is complete")
  func rendersTests() throws {
    // p of two pairs: 2 of 4 choices of signs are as lopsided.
    #expect(
      try sampleTable().testsCSV.split(separator: "\n").prefix(3) == [
        "dataset,setting,score,method,other,pairs,mean_difference,statistic,p,p_holm,distribution,"
          + "other_setting",
        "lung,,dice,M3,M1,2,0.406250,0.0,0.5,1.0,exact,",
        "lung,,dice,M3,TV,1,-0.022500,0.0,1.0,1.0,exact,",
      ])
  }

  @Test("the JSON is the sample")
  func rendersJSON() throws {
    let json = try sampleTable().rendered(as: .json)
    #expect(json == sampleJSON)
  }

  @Test("the table of scores is complete")
  func rendersScores() throws {
    let job = JobID(digest: Digest(of: Data("job".utf8)))
    #expect(
      try sampleTable().scoresCSV == """
        dataset,method,case,dice,jaccard,seconds,job,attempt,worker,hd95_mm,assd_mm,seed,setting,hd95_px,assd_px
        lung,M1,0018,0.750000,0.600000,1.250,\(job),1,node-1,2.500000,0.500000,,,,
        lung,M1,0021,0.250000,0.142857,1.250,\(job),1,node-1,7.500000,1.500000,,,,
        lung,M3,0018,0.937500,0.882353,1.250,\(job),1,node-1,0.625000,0.125000,,,,
        lung,M3,0021,0.875000,0.777778,1.250,\(job),1,node-1,1.250000,0.250000,,,,
        lung,TV,0018,0.960000,0.923077,1.250,\(job),1,node-1,0.400000,0.080000,,,,
        a_b,M1,x,1.000000,1.000000,1.250,\(job),1,node-1,0.000000,0.000000,,,,

        """)
  }

  @Test(
    "fields are quoted as in RFC 4180",
    arguments: [
      ("plain", "plain"), ("with blank", "with blank"), ("a,b", "\"a,b\""),
      ("say \"so\"", "\"say \"\"so\"\"\""), ("two\nlines", "\"two\nlines\""),
      ("two\r\nlines", "\"two\r\nlines\""), ("", ""), ("\u{e9}", "\u{e9}"),
    ])
  func quotesFields(_ worker: String, as expected: String) throws {
    var one = score("lung", .m1, "1", 0.5)
    one.worker = worker
    let table = try ScoreTable(datasets: ["lung"], scores: [one], missingScores: [])
    #expect(table.scoresCSV.hasSuffix(",1,\(expected),5.000000,1.000000,,,,\n"))
  }

  @Test("distances in pixels stand in columns of their own, and every format says so")
  func namesPixels() throws {
    var one = score("lung", .m1, "1", 0.5)
    one.distanceUnit = .pixel
    let table = try ScoreTable(datasets: ["lung"], scores: [one], missingScores: [])
    #expect(table.scoresCSV.hasSuffix(",1,node-1,,,,,5.000000,1.000000\n"))
    for format in TableFormat.allCases where format != .csv {
      #expect(table.rendered(as: format).contains("in pixels"), "\(format)")
    }
    #expect(table.rendered(as: .csv).contains(",px\n"))
  }

  @Test("equal best means are both marked")
  func marksEqualMeans() throws {
    let scores = [
      score("lung", .m1, "1", 0.9001), score("lung", .m2, "1", 0.9004),
      score("lung", .m3, "1", 0.8),
    ]
    let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
    let line = "| DICE mean | **0.900** | **0.900** | 0.800 |\n"
    #expect(table.rendered(as: .md).contains(line))
  }

  @Test("every format says which deviation it shows")
  func namesDeviation() throws {
    for format in TableFormat.allCases {
      #expect(try sampleTable().rendered(as: format).contains("population"), "\(format)")
    }
  }

  @Test("every format shows the missing scores")
  func showsMissingScores() throws {
    for format in TableFormat.allCases {
      let rendered = try sampleTable().rendered(as: format)
      #expect(rendered.contains("not done yet"), "\(format)")
      #expect(rendered.contains("0021"), "\(format)")
      #expect(rendered.contains("discarded after 3 attempts"), "\(format)")
    }
  }

  @Test("reasons cannot control a terminal")
  func escapesReasons() throws {
    let hole = MissingScore(dataset: "lung", method: .m1, caseID: "1", reason: "a\u{1b}[2Jb\r\nc")
    let table = try ScoreTable(datasets: ["lung"], scores: [], missingScores: [hole])
    #expect(table.rendered(as: .table).contains("missing: M1, case 1: a [2Jb  c\n"))
  }

  @Test("a table without scores says so")
  func rendersEmptyTable() throws {
    let table = try ScoreTable(datasets: ["lung"], scores: [], missingScores: [])
    #expect(table.rendered(as: .table) == "no scores\n")
    #expect(table.rendered(as: .md) == "No scores.\n")
    #expect(table.rendered(as: .latex) == "% Needs \\usepackage{booktabs}.\n")
    #expect(table.rendered(as: .html).contains("<p>No scores.</p>"))
    #expect(table.summaries.isEmpty)
  }
}
