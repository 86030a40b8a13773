import Jobs

/// Two results of one job, output by output.
public struct ResultComparison: Hashable, Sendable {
  /// An output that at least one of them has.
  public struct Output: Hashable, Sendable {
    /// What it is.
    public let role: JobOutput.Role
    /// The digests of its bytes; nil in the result that does not have it.
    public let digests: [Digest?]
  }

  /// Outputs whose bytes are the same.
  public private(set) var equal: [Output] = []
  /// Outputs whose bytes differ, and those that one of the two should have and has not.
  public private(set) var different: [Output] = []
  /// Outputs that a worker of an older version did not make, and that only one of the two has: they say
  /// nothing of the bits.
  public private(set) var uncompared: [Output] = []

  /// Compares `one` with `other`.
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

  /// Whether nothing that could be compared differs.
  public var agrees: Bool { different.isEmpty }
}

extension JobResult {
  /// What it left, by role.
  fileprivate var digests: [JobOutput.Role: Digest] {
    Dictionary(outputs.map { ($0.role, $0.blob.digest) }, uniquingKeysWith: { $1 })
  }
}

extension JobOutput.Role {
  /// Whether workers have always made it; those before November 2026 made no curves.
  fileprivate var isMadeByEveryVersion: Bool { self != .curve }
}
