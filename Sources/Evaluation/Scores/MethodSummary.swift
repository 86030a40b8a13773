import Imaging
import Jobs
import Methods

/// The scores of a method with one setting on one data set, averaged over cases and seeds.
public struct MethodSummary: Hashable, Sendable {
  /// The largest number of cases that `worst` lists.
  static let worstCaseLimit = 3

  /// The name of the data set.
  public let dataset: String
  /// The method that is summarised.
  public let method: Method
  /// The name of the method's setting; empty if it has only one.
  public let setting: String
  /// The number of cases with a Dice coefficient; the smallest number if it differs between seeds.
  public let count: Int
  /// The number of scores without a surface distance because a mask is empty.
  public let undefined: Int
  /// The unit of the surface distances.
  public let distanceUnit: LengthUnit
  /// The scores that are missing.
  public let missingScores: [MissingScore]
  private let averages: [Score: Average]
  private let caseMeans: [Score: [CaseMean]]
  /// The at most three cases with the lowest Dice coefficients, averaged over the seeds: the worst
  /// first, ties in the order of their ids.
  public let worst: [CaseMean]

  init(key: SummaryKey, scores: [CaseScore], missingScores: [MissingScore]) {
    dataset = key.dataset
    method = key.method
    setting = key.setting
    self.missingScores = missingScores
    distanceUnit = scores.first?.distanceUnit ?? .millimetre
    func each<Value>(_ value: (Score) -> Value?) -> [Score: Value] {
      Dictionary(
        uniqueKeysWithValues: Score.allCases.compactMap { score in value(score).map { (score, $0) }
        })
    }
    averages = each { Average(of: $0, in: scores) }
    caseMeans = each { scores.caseMeans(of: $0) }
    count = averages[.dice]?.cases ?? 0
    undefined = scores.count { $0.hausdorff95 == nil }
    let ordered = (caseMeans[.dice] ?? []).sorted {
      ($0.value, $0.caseID) < ($1.value, $1.caseID)
    }
    worst = Array(ordered.prefix(Self.worstCaseLimit))
  }

  /// The average of a score; nil if no case has one.
  public subscript(score: Score) -> Average? { averages[score] }

  /// Returns the 95 % confidence interval of a score's mean over the cases, seeds averaged first.
  ///
  /// The cases are resampled (`ConfidenceInterval`), always with the same seed. The result is nil
  /// for fewer than two cases.
  public func interval(of score: Score) -> ConfidenceInterval? {
    ConfidenceInterval(ofMean: (caseMeans[score] ?? []).map(\.value), seed: 1)
  }

  /// The number of seeds with a Dice coefficient; 1 for a method without randomness.
  public var seeds: Int { averages[.dice]?.seeds.count ?? 0 }

  /// The method and its setting as tables name them.
  package var label: String { method.label(with: setting) }
}

extension ScoreTable {
  /// One summary for each data set, method and setting that has a score or misses one, in the
  /// table's order.
  public var summaries: [MethodSummary] { datasets.flatMap(summaries(of:)) }

  /// Returns the summaries of one data set, in the table's order.
  public func summaries(of dataset: String) -> [MethodSummary] {
    summaryKeys(of: dataset).map { key in
      MethodSummary(
        key: key, scores: scores(of: key),
        missingScores: missingScores.filter { SummaryKey($0) == key })
    }
  }

  /// Returns the scores of one method with one setting on one data set, in the table's order.
  func scores(of key: SummaryKey) -> [CaseScore] {
    scores.filter { SummaryKey($0) == key }
  }

  /// Returns the methods and settings that have a score or miss one on a data set, in the table's
  /// order.
  func summaryKeys(of dataset: String) -> [SummaryKey] {
    Set(scores.map(SummaryKey.init) + missingScores.map(SummaryKey.init))
      .filter { $0.dataset == dataset }.sorted()
  }
}

/// The key of a summary, which averages over cases and seeds: a method with a setting on a data
/// set.
package struct SummaryKey: Hashable, Comparable {
  /// The name of the data set.
  package var dataset: String
  /// The method that is summarised.
  package var method: Method
  /// The name of the method's setting; empty if it has only one.
  package var setting: String

  /// Creates a key from its parts.
  package init(dataset: String, method: Method, setting: String) {
    self.dataset = dataset
    self.method = method
    self.setting = setting
  }

  init(_ score: CaseScore) {
    self.init(dataset: score.dataset, method: score.method, setting: score.setting)
  }

  init(_ missing: MissingScore) {
    self.init(dataset: missing.dataset, method: missing.method, setting: missing.setting)
  }

  /// Orders keys by data set, then by the order of the method catalogue, then by setting.
  package static func < (one: SummaryKey, other: SummaryKey) -> Bool {
    guard (one.dataset, one.method) == (other.dataset, other.method) else {
      return (one.dataset, one.method.tableOrder) < (other.dataset, other.method.tableOrder)
    }
    return one.setting.isOrderedBefore(other.setting)
  }
}

extension String {
  /// Compares settings such as `energy.theta=3 training.epochs=100`, numbers by their value.
  fileprivate func isOrderedBefore(_ other: String) -> Bool {
    let ours = split { " =".contains($0) }
    let theirs = other.split { " =".contains($0) }
    for (one, another) in zip(ours, theirs) where one != another {
      guard let a = Double(one), let b = Double(another), a != b else { return one < another }
      return a < b
    }
    return ours.count < theirs.count
  }
}

extension [MethodSummary] {
  /// Returns the name of a method with a setting in a table: the method alone if it has only that
  /// setting among these summaries.
  package func label(of method: Method, setting: String) -> String {
    count { $0.method == method } > 1 ? method.label(with: setting) : method.rawValue
  }

  /// The settings that the labels leave out, as `M3: energy.theta=3; TV: ...`; nil if there are
  /// none.
  package var settingsInWords: String? {
    let only = filter { one in
      !one.setting.isEmpty && count { $0.method == one.method } == 1
    }
    let words = only.map { "\($0.method.rawValue): \($0.setting)" }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }
}

extension Method {
  /// Returns the name of the method with a setting in a table.
  package func label(with setting: String) -> String {
    setting.isEmpty ? rawValue : "\(rawValue) \(setting)"
  }

  /// The method's index in the order of tables, that of the catalogue.
  fileprivate var tableOrder: Int { MethodCatalogue.rank(of: self) }
}
