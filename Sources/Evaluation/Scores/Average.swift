/// The average of one score of a method over cases and seeds.
///
/// The cases of each seed are averaged first, with equal weights; then the mean and the standard
/// deviation of these means are taken over the seeds.
public struct Average: Hashable, Sendable {
  /// The moments of a score over the cases of one seed.
  public struct SeedMoments: Hashable, Sendable {
    /// The seed, or nil for a method without randomness.
    public let seed: UInt64?
    /// Mean and standard deviations over the cases of this seed.
    public let cases: Moments
  }

  /// The moments of each seed with a defined score, at least one, in order of first occurrence.
  public let seeds: [SeedMoments]

  /// Averages `score` over rows of one data set, method and setting.
  ///
  /// Rows with an undefined score are left out, and `MethodSummary.undefined` counts them. The
  /// result is nil if the score is defined in no row.
  public init?(of score: Score, in rows: [CaseScore]) {
    seeds = rows.seeds.compactMap { seed in
      let values = rows.filter { $0.seed == seed }.compactMap { $0[score] }
      return Moments(of: values).map { SeedMoments(seed: seed, cases: $0) }
    }
    if seeds.isEmpty { return nil }
  }

  /// The mean over the seeds of the means over the cases.
  public var mean: Double { overSeeds(\.mean).mean }  // equation (64)

  /// The population standard deviation (ddof = 0) over the cases, averaged over the seeds.
  public var populationDeviation: Double { overSeeds(\.populationDeviation).mean }

  /// The sample standard deviation (ddof = 1) over the cases, averaged over the seeds.
  ///
  /// The value is nil if a seed has only one case.
  public var sampleDeviation: Double? {
    Moments(of: seeds.compactMap(\.cases.sampleDeviation)).flatMap {
      $0.count == seeds.count ? $0.mean : nil
    }
  }

  /// The sample standard deviation (ddof = 1) over the seeds of the means over the cases.
  ///
  /// The value is nil for one seed.
  public var seedDeviation: Double? { overSeeds(\.mean).sampleDeviation }

  /// The number of cases; the smallest number if it differs between seeds.
  public var cases: Int { seeds.map(\.cases.count).min()! }

  private func overSeeds(_ moment: KeyPath<Moments, Double>) -> Moments {
    Moments(of: seeds.map { $0.cases[keyPath: moment] })!
  }
}

extension [CaseScore] {
  /// The seeds that occur, in order of first occurrence; nil stands for a method without
  /// randomness.
  var seeds: [UInt64?] {
    var seen: Set<UInt64?> = []
    return map(\.seed).filter { seen.insert($0).inserted }
  }

  /// Averages `score` over the seeds for each case in which it is defined, in order of first
  /// occurrence.
  func caseMeans(of score: Score) -> [CaseMean] {
    var order: [String] = []
    var values: [String: [Double]] = [:]
    for row in self {
      guard let value = row[score] else { continue }
      if values[row.caseID] == nil { order.append(row.caseID) }
      values[row.caseID, default: []].append(value)
    }
    return order.map { CaseMean(caseID: $0, value: Moments(of: values[$0]!)!.mean) }
  }
}

/// A score of one case, averaged over the seeds.
public struct CaseMean: Hashable, Sendable {
  /// The case's id, unique in its data set.
  public let caseID: String
  /// The mean of the score over the seeds.
  public let value: Double
}
