import Jobs

/// The comparison of two results of one job, output by output.
public struct ResultComparison: Hashable, Sendable {
  /// An output that at least one of the two results has.
  public struct Output: Hashable, Sendable {
    /// The role of the output.
    public let role: JobOutput.Role
    /// The digests of the output's bytes in the two results, with nil for a result that lacks the
    /// output.
    public let digests: [Digest?]
  }

  /// The outputs whose bytes are equal.
  public private(set) var equal: [Output] = []
  /// The outputs whose bytes differ, and outputs that one result lacks although every version
  /// produces them.
  public private(set) var different: [Output] = []
  /// The outputs that only one result has because older versions did not produce them. They do not
  /// count as differences.
  public private(set) var uncompared: [Output] = []

  /// Compares two results of the same job.
  public init(_ one: JobResult, _ other: JobResult) {
    let digests = [one, other].map(\.digests)
    var seen: Set<JobOutput.Role> = []
    for role in (one.outputs + other.outputs).map(\.role) where seen.insert(role).inserted {
      let output = Output(role: role, digests: digests.map { $0[role] })
      if output.digests[0] == output.digests[1] {
        equal.append(output)
      } else if !role.isMadeByEveryVersion, output.digests.contains(nil) {
        uncompared.append(output)
      } else {
        different.append(output)
      }
    }
  }

  /// True if no output that can be compared differs.
  public var agrees: Bool { different.isEmpty }
}

extension JobResult {
  /// The digests of the outputs, by role.
  fileprivate var digests: [JobOutput.Role: Digest] {
    Dictionary(outputs.map { ($0.role, $0.blob.digest) }, uniquingKeysWith: { $1 })
  }
}

extension JobOutput.Role {
  /// True if every version of the worker has produced the output. Versions before November 2026
  /// produced no curves.
  fileprivate var isMadeByEveryVersion: Bool { self != .curve }
}
