import Jobs

/// How well a method did on a data set with one setting.
public struct MethodSummary: Hashable, Sendable {
  /// Cases that `worst` lists at most.
  static let worstCases = 3

  /// The data set's name.
  public let dataset: String
  /// The method.
  public let method: Method
  /// The setting's name; empty where there is one only.
  public let setting: String
  /// The number of cases scored; the smallest one where seeds differ.
  public let count: Int
  /// Scores without a surface distance, because a mask is empty.
  public let undefined: Int
  /// The scores that are missing.
  public let holes: [Hole]
  private let averages: [Score: Average]
  private let caseMeans: [Score: [CaseMean]]
  /// The cases of the lowest Dice, averaged over the seeds: the worst first, at most three.
  public let worst: [CaseMean]

  init(
    dataset: String, method: Method, setting: String, scores: [CaseScore], holes: [Hole]
  ) {
    (self.dataset, self.method, self.setting, self.holes) = (dataset, method, setting, holes)
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
    worst = Array(ordered.prefix(Self.worstCases))
  }

  /// The average of a score; nil where there is none.
  public subscript(score: Score) -> Average? { averages[score] }

  /// The interval of a score's mean, by resampling the cases; nil for fewer than two.
  public func interval(of score: Score) -> ConfidenceInterval? {
    ConfidenceInterval(ofMean: (caseMeans[score] ?? []).map(\.value), seed: 1)
  }

  /// The number of seeds scored.
  public var seeds: Int { averages[.dice]?.seeds.count ?? 0 }

  /// The method and its setting, as a table has it.
  var label: String { method.label(with: setting) }
}

extension ScoreTable {
  /// One summary for each data set, method and setting that has a score or a hole, in the table's
  /// order.
  public var summaries: [MethodSummary] { datasets.flatMap(summaries(of:)) }

  /// The summaries of one data set, in the table's order.
  public func summaries(of dataset: String) -> [MethodSummary] {
    contenders(of: dataset).map { contender in
      MethodSummary(
        dataset: dataset, method: contender.method, setting: contender.setting,
        scores: scores(of: contender),
        holes: holes.filter { Contender($0) == contender })
    }
  }

  /// The scores of one method with one setting, in the table's order.
  func scores(of contender: Contender) -> [CaseScore] {
    scores.filter { Contender($0) == contender }
  }

  /// What has a score or a hole in a data set, in the table's order.
  func contenders(of dataset: String) -> [Contender] {
    Set(scores.map(Contender.init) + holes.map(Contender.init))
      .filter { $0.dataset == dataset }.sorted()
  }
}

/// A method with a setting on a data set: what is averaged over cases and seeds.
struct Contender: Hashable, Comparable {
  var dataset: String
  var method: Method
  var setting: String

  init(dataset: String, method: Method, setting: String) {
    (self.dataset, self.method, self.setting) = (dataset, method, setting)
  }

  init(_ score: CaseScore) {
    self.init(dataset: score.dataset, method: score.method, setting: score.setting)
  }

  init(_ hole: Hole) {
    self.init(dataset: hole.dataset, method: hole.method, setting: hole.setting)
  }

  static func < (one: Contender, other: Contender) -> Bool {
    guard (one.dataset, one.method) == (other.dataset, other.method) else {
      return (one.dataset, one.method.rank) < (other.dataset, other.method.rank)
    }
    return one.setting.isBefore(other.setting)
  }
}

extension String {
  /// The order of settings like `energy.theta=3 training.epochs=100`: numbers by their size.
  fileprivate func isBefore(_ other: String) -> Bool {
    let (mine, others) = (split { " =".contains($0) }, other.split { " =".contains($0) })
    for (one, another) in zip(mine, others) where one != another {
      guard let a = Double(one), let b = Double(another), a != b else { return one < another }
      return a < b
    }
    return mine.count < others.count
  }
}

extension [MethodSummary] {
  /// What a table calls a method with a setting: by the method alone where it has only that one.
  func label(_ method: Method, _ setting: String) -> String {
    count { $0.method == method } > 1 ? method.label(with: setting) : method.rawValue
  }

  /// The settings that the labels leave out, as `M3: energy.theta=3; TV: ...`; nil where there is none.
  var settingsInWords: String? {
    let only = filter { one in
      !one.setting.isEmpty && count { $0.method == one.method } == 1
    }
    let words = only.map { "\($0.method.rawValue): \($0.setting)" }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }
}

extension Method {
  /// The method and its setting, as a table has it.
  func label(with setting: String) -> String {
    setting.isEmpty ? rawValue : "\(rawValue) \(setting)"
  }

  /// The place among the paper's seven.
  var rank: Int { Method.allCases.firstIndex(of: self)! }
}
