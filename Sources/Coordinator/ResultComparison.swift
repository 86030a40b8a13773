import Experiments

/// Whether two results of one job are the same bits, and what their bits depend on.
public enum ResultComparison {
  /// A sentence for each output whose digests differ, or that only one of the two has; results from
  /// before there were curves have none.
  public static func differences(_ one: JobResult, _ other: JobResult) -> [String] {
    let (first, second) = (digests(of: one), digests(of: other))
    let roles = one.outputs.map(\.role) + other.outputs.map(\.role).filter { first[$0] == nil }
    return roles.compactMap { role in
      guard first[role] != second[role] else { return nil }
      if role == .curve, first[role] == nil || second[role] == nil { return nil }
      let name: (Digest?) -> String = { $0?.short ?? "missing" }
      return "\(role.name): \(name(first[role])) against \(name(second[role]))"
    }
  }

  private static func digests(of result: JobResult) -> [JobOutput.Role: Digest] {
    Dictionary(result.outputs.map { ($0.role, $0.blob.digest) }, uniquingKeysWith: { $1 })
  }

  /// A numeric passport for a person.
  public static func words(_ passport: [String: String]?) -> String {
    guard let passport, !passport.isEmpty else { return "passport not known" }
    return passport.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ", ")
  }
}

extension JobOutput.Role {
  /// What to call it before people.
  public var name: String {
    switch self {
    case .weights: "weights"
    case .mask(let index): "mask \(index + 1)"
    case .curve: "curve"
    }
  }
}
