import Errors
import Jobs

/// All scores of an experiment, with those that are missing, in a canonical order.
///
/// The table does not depend on the order in which the scores arrived. Data sets are ordered as
/// given, then methods as in the method catalogue, then settings, seeds and cases.
public struct ScoreTable: Hashable, Sendable {
  /// The names of the data sets, in the order given.
  public let datasets: [String]
  /// Every score, in the table's order.
  public let scores: [CaseScore]
  /// Every missing score, in the table's order.
  public let missingScores: [MissingScore]
  /// Tells whether each method's setting was chosen for all data sets together.
  public let sharesSettings: Bool

  /// Creates a table of `datasets`, in this order.
  ///
  /// - Throws: `DipperError` of code `scoreDuplicated` if a case has two scores, if it has a score
  ///   and misses one, or if a data set is named twice; of code `scoreInvalid` if a score is out of
  ///   range or belongs to an unknown data set.
  public init(
    datasets: [String], scores: [CaseScore], missingScores: [MissingScore],
    sharesSettings: Bool = false
  ) throws {
    var ranks: [String: Int] = [:]
    for (rank, dataset) in datasets.enumerated() {
      guard ranks.updateValue(rank, forKey: dataset) == nil else {
        throw DipperError(.scoreDuplicated, "data set \(dataset) is named twice")
      }
    }
    self.datasets = datasets
    self.sharesSettings = sharesSettings
    self.scores = try sorted(scores.map { (try $0.checkedRank(in: ranks), $0) })
    self.missingScores = try sorted(missingScores.map { (try $0.checkedRank(in: ranks), $0) })
    try checkUnique()
  }

  private func checkUnique() throws {
    var seen: Set<ScoreKey> = []
    for score in scores where !seen.insert(ScoreKey(score)).inserted {
      throw DipperError(.scoreDuplicated, "\(ScoreKey(score)) is scored twice")
    }
    for missing in missingScores where seen.contains(ScoreKey(missing)) {
      throw DipperError(.scoreDuplicated, "\(ScoreKey(missing)) is scored and missing at once")
    }
  }
}

/// The key of a score: a method with a setting and a seed on one case, or on all cases if `caseID`
/// is nil.
private struct ScoreKey: Hashable, CustomStringConvertible {
  var summary: SummaryKey
  var seed: UInt64?
  var caseID: String?

  init(_ score: CaseScore) {
    summary = SummaryKey(score)
    seed = score.seed
    caseID = score.caseID
  }

  init(_ missing: MissingScore) {
    summary = SummaryKey(missing)
    seed = missing.seed
    caseID = missing.caseID
  }

  var description: String {
    let setting = summary.setting.isEmpty ? "" : " \(summary.setting)"
    let seeded = seed.map { " seed \($0)" } ?? ""
    return "\(summary.dataset) \(summary.method.rawValue)\(setting)\(seeded) "
      + (caseID ?? "(all cases)")
  }

  /// Returns the key's rank in the table; a key of all cases comes before those of single ones.
  func rank(in ranks: [String: Int]) throws -> ScoreRank {
    guard let dataset = ranks[summary.dataset] else {
      throw DipperError(
        .scoreInvalid, "\(self) belongs to none of the data sets \(ranks.keys.sorted())")
    }
    return ScoreRank(dataset: dataset, summary: summary, seed: seed ?? 0, caseID: caseID ?? "")
  }
}

private struct ScoreRank: Comparable {
  var dataset: Int
  var summary: SummaryKey
  var seed: UInt64
  var caseID: String

  static func < (one: ScoreRank, other: ScoreRank) -> Bool {
    (one.dataset, one.summary, one.seed, one.caseID)
      < (other.dataset, other.summary, other.seed, other.caseID)
  }
}

extension CaseScore {
  fileprivate func checkedRank(in ranks: [String: Int]) throws -> ScoreRank {
    guard (0...1).contains(dice), (0...1).contains(jaccard), seconds.isFinite, seconds >= 0 else {
      throw DipperError(
        .scoreInvalid,
        "\(ScoreKey(self)) has Dice \(dice), Jaccard \(jaccard) and \(seconds) s; scores lie in "
          + "[0, 1] and times are >= 0")
    }
    for distance in [hausdorff95, surfaceDistance].compactMap(\.self)
    where !(distance.isFinite && distance >= 0) {
      throw DipperError(
        .scoreInvalid,
        "\(ScoreKey(self)) has a surface distance of \(distance); distances are >= 0")
    }
    return try ScoreKey(self).rank(in: ranks)
  }
}

extension MissingScore {
  fileprivate func checkedRank(in ranks: [String: Int]) throws -> ScoreRank {
    try ScoreKey(self).rank(in: ranks)
  }
}

private func sorted<Element>(_ ranked: [(rank: ScoreRank, element: Element)]) -> [Element] {
  ranked.sorted { $0.rank < $1.rank }.map(\.element)
}
