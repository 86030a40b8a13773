import Jobs

/// The scores of an experiment and what is missing from them, in an order of their own.
///
/// Whatever the order in which scores arrived, equal scores make equal tables: data sets as given,
/// methods as in `Method.allCases`, then settings, seeds and cases by name.
public struct ScoreTable: Hashable, Sendable {
  /// The data sets, in the order given.
  public let datasets: [String]
  /// Every score, in the table's order.
  public let scores: [CaseScore]
  /// Every missing score, in the table's order.
  public let holes: [Hole]
  /// Whether each method's setting was chosen for all data sets together.
  public let sharesSettings: Bool

  /// A table of `datasets`, in this order.
  ///
  /// - Throws: `EvaluationError`: `duplicate` where a case has two scores, a score and a hole, or a
  ///   data set is named twice; `value` where a score is out of range or of an unknown data set.
  public init(
    datasets: [String], scores: [CaseScore], holes: [Hole], sharesSettings: Bool = false
  ) throws {
    var ranks: [String: Int] = [:]
    for (rank, dataset) in datasets.enumerated() {
      guard ranks.updateValue(rank, forKey: dataset) == nil else {
        throw EvaluationError(.duplicate, "data set \(dataset) is named twice")
      }
    }
    (self.datasets, self.sharesSettings) = (datasets, sharesSettings)
    self.scores = try sorted(scores.map { (try $0.checkedRank(in: ranks), $0) })
    self.holes = try sorted(holes.map { (try $0.checkedRank(in: ranks), $0) })
    try checkUnique()
  }

  private func checkUnique() throws {
    var seen: Set<Place> = []
    for score in scores where !seen.insert(Place(score)).inserted {
      throw EvaluationError(.duplicate, "\(Place(score)) is scored twice")
    }
    for hole in holes where seen.contains(Place(hole)) {
      throw EvaluationError(.duplicate, "\(Place(hole)) is scored and missing at once")
    }
  }
}

/// What a score belongs to.
private struct Place: Hashable, CustomStringConvertible {
  var contender: Contender
  var seed: UInt64?
  var caseID: String?

  init(_ score: CaseScore) {
    (contender, seed, caseID) = (Contender(score), score.seed, score.caseID)
  }

  init(_ hole: Hole) { (contender, seed, caseID) = (Contender(hole), hole.seed, hole.caseID) }

  var description: String {
    let setting = contender.setting.isEmpty ? "" : " \(contender.setting)"
    let seeded = seed.map { " seed \($0)" } ?? ""
    return "\(contender.dataset) \(contender.method.rawValue)\(setting)\(seeded) "
      + (caseID ?? "(all cases)")
  }

  /// The order of the table; what misses all cases comes before what misses one.
  func rank(in ranks: [String: Int]) throws -> Rank {
    guard let dataset = ranks[contender.dataset] else {
      throw EvaluationError(
        .value, "\(self) belongs to none of the data sets \(ranks.keys.sorted())")
    }
    return Rank(
      dataset: dataset, contender: contender, seed: seed ?? 0, caseID: caseID ?? "")
  }
}

private struct Rank: Comparable {
  var dataset: Int
  var contender: Contender
  var seed: UInt64
  var caseID: String

  static func < (one: Rank, other: Rank) -> Bool {
    (one.dataset, one.contender, one.seed, one.caseID)
      < (other.dataset, other.contender, other.seed, other.caseID)
  }
}

extension CaseScore {
  fileprivate func checkedRank(in ranks: [String: Int]) throws -> Rank {
    guard (0...1).contains(dice), (0...1).contains(jaccard), seconds.isFinite, seconds >= 0 else {
      throw EvaluationError(
        .value,
        "\(Place(self)) has Dice \(dice), Jaccard \(jaccard) and \(seconds) s; scores lie in "
          + "[0, 1] and times are >= 0")
    }
    for distance in [hausdorff95, surfaceDistance].compactMap(\.self)
    where !(distance.isFinite && distance >= 0) {
      throw EvaluationError(
        .value, "\(Place(self)) has a surface distance of \(distance) mm; distances are >= 0")
    }
    return try Place(self).rank(in: ranks)
  }
}

extension Hole {
  fileprivate func checkedRank(in ranks: [String: Int]) throws -> Rank {
    try Place(self).rank(in: ranks)
  }
}

private func sorted<Element>(_ ranked: [(rank: Rank, element: Element)]) -> [Element] {
  ranked.sorted { $0.rank < $1.rank }.map(\.element)
}
