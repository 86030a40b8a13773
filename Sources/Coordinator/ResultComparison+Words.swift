import Jobs
import Scheduling

extension ResultComparison {
  /// A sentence for each output that differs.
  public var differences: [String] {
    different.map { output in
      let names = output.digests.map { $0?.short ?? "missing" }
      return "\(output.role.name): \(names[0]) against \(names[1])"
    }
  }

  /// A sentence for each output that only one of the two has, and that proves nothing.
  public var remarks: [String] {
    uncompared.map { output in
      let made = output.digests.compactMap { $0?.short }.joined()
      return "\(output.role.name): \(made), not compared: an older version made none"
    }
  }

  /// A numerics fingerprint for a person: what the bits of a result depend on besides the job.
  public static func words(_ fingerprint: [String: String]?) -> String {
    guard let fingerprint, !fingerprint.isEmpty else { return "numerics fingerprint not known" }
    return fingerprint.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
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
