import Experiments

/// How well a method did on a data set.
public struct MethodSummary: Hashable, Sendable {
  /// The data set's name.
  public let dataset: String
  /// The method.
  public let method: Method
  /// The number of cases scored.
  public let count: Int
  /// Of Dice over the cases; nil where none is scored.
  public let dice: Moments?
  /// Of Jaccard over the cases; nil where none is scored.
  public let jaccard: Moments?
  /// The scores that are missing.
  public let holes: [Hole]
}

extension ScoreTable {
  /// One summary for each data set and method that has a score or a hole, in the table's order.
  public var summaries: [MethodSummary] { datasets.flatMap(summaries(of:)) }

  /// The summaries of one data set, in the order of `Method.allCases`.
  public func summaries(of dataset: String) -> [MethodSummary] {
    Method.allCases.compactMap { method in
      let scores = scores.filter { $0.dataset == dataset && $0.method == method }
      let holes = holes.filter { $0.dataset == dataset && $0.method == method }
      guard !scores.isEmpty || !holes.isEmpty else { return nil }
      return MethodSummary(
        dataset: dataset, method: method, count: scores.count,
        dice: Moments(of: scores.map(\.dice)), jaccard: Moments(of: scores.map(\.jaccard)),
        holes: holes)
    }
  }
}
