import Evaluation
import Foundation
import Jobs
import Methods

/// A score with `J = D / (2 - D)`, distances of `10 (1 - D)` and `2 (1 - D)`, and fixed other columns.
package func score(_ dataset: String, _ method: Method, _ caseID: String, _ dice: Double)
  -> CaseScore
{
  CaseScore(
    dataset: dataset, method: method, caseID: caseID, dice: dice, jaccard: dice / (2 - dice),
    seconds: 1.25, job: JobID(digest: Digest(of: Data("job".utf8))), attempt: 1,
    worker: "node-1", hausdorff95: 10 * (1 - dice), surfaceDistance: 2 * (1 - dice), seed: nil)
}

/// Two data sets with a best method, a method with a hole, and one with holes only.
package func sampleTable() throws -> ScoreTable {
  try ScoreTable(
    datasets: ["lung", "a_b"],
    scores: [
      score("a_b", .m1, "x", 1), score("lung", .m3, "0021", 0.875),
      score("lung", .totalVariation, "0018", 0.96), score("lung", .m1, "0021", 0.25),
      score("lung", .m3, "0018", 0.9375), score("lung", .m1, "0018", 0.75),
    ],
    missingScores: [
      MissingScore(dataset: "lung", method: .elastica, caseID: nil, reason: "not done yet"),
      MissingScore(
        dataset: "lung", method: .totalVariation, caseID: "0021",
        reason: "discarded after 3 attempts:\nno memory, 5 % | of {all}"),
    ])
}
