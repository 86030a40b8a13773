/// A score of one method averaged over cases and seeds: the mean over the cases for each seed, then
/// mean and standard deviation of these over the seeds.
public struct Average: Hashable, Sendable {
  /// The cases of one seed.
  public struct OfSeed: Hashable, Sendable {
    /// Nil for a method without randomness.
    public let seed: UInt64?
    /// Over the cases of this seed.
    public let cases: Moments
  }

  /// At least one, by seed.
  public let seeds: [OfSeed]

  /// The average of `score` over rows of one data set, method and setting; nil where it is defined in
  /// none of them.
  ///
  /// A row where it is undefined is left out; `MethodSummary.undefined` counts these.
  public init?(of score: Score, in rows: [CaseScore]) {
    seeds = rows.seeds.compactMap { seed in
      let values = rows.filter { $0.seed == seed }.compactMap { $0[score] }
      return Moments(of: values).map { OfSeed(seed: seed, cases: $0) }
    }
    if seeds.isEmpty { return nil }
  }

  /// The mean over the seeds of the means over the cases.
  public var mean: Double { overSeeds(\.mean).mean }

  /// The population standard deviation over the cases, averaged over the seeds.
  public var populationDeviation: Double { overSeeds(\.populationDeviation).mean }

  /// The sample standard deviation over the cases, averaged over the seeds; nil where a seed has one
  /// case only.
  public var sampleDeviation: Double? {
    Moments(of: seeds.compactMap(\.cases.sampleDeviation)).flatMap {
      $0.count == seeds.count ? $0.mean : nil
    }
  }

  /// The sample standard deviation over the seeds of the means over the cases; nil for one seed.
  public var seedDeviation: Double? { overSeeds(\.mean).sampleDeviation }

  /// The smallest number of cases of a seed.
  public var cases: Int { seeds.map(\.cases.count).min()! }

  private func overSeeds(_ moment: KeyPath<Moments, Double>) -> Moments {
    Moments(of: seeds.map { $0.cases[keyPath: moment] })!
  }
}

extension [CaseScore] {
  /// The seeds that occur, in order of first occurrence; nil is a method without randomness.
  var seeds: [UInt64?] {
    var seen: Set<UInt64?> = []
    return map(\.seed).filter { seen.insert($0).inserted }
  }

  /// The mean of `score` over the seeds for each case where it is defined, by case in the order of
  /// first occurrence.
  func caseMeans(of score: Score) -> [CaseMean] {
    var (order, values): ([String], [String: [Double]]) = ([], [:])
    for row in self {
      guard let value = row[score] else { continue }
      if values[row.caseID] == nil { order.append(row.caseID) }
      values[row.caseID, default: []].append(value)
    }
    return order.map { CaseMean(caseID: $0, value: Moments(of: values[$0]!)!.mean) }
  }
}

/// A score of a case, averaged over the seeds.
public struct CaseMean: Hashable, Sendable {
  /// The case.
  public let caseID: String
  /// The mean over the seeds.
  public let value: Double
}
