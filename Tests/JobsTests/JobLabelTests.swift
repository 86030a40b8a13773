import Jobs
import TestSupport
import Testing

@Test("a job's label names its cases, however many it has") func labelNamesCases() {
  func label(_ kind: JobKind, _ cases: [String]) -> String {
    PlannedJob(job: .example(kind), dataset: "lung", cases: cases, cost: 1).label
  }
  #expect(label(.train, ["0018", "0020"]) == "lung M3 train")
  #expect(label(.solve, ["0018"]) == "lung TV solve 0018")
  #expect(label(.fit, ["0018", "0020", "0021"]) == "lung DIP fit 0018 and 2 more")
  #expect(label(.fit, []) == "lung DIP fit")
}
