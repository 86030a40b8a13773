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

  /// A sentence for each output that was not compared, because an older version did not produce it.
  public var remarks: [String] {
    uncompared.map { output in
      let digest = output.digests.compactMap { $0?.short }.joined()
      return "\(output.role.name): \(digest), not compared: an older version made none"
    }
  }

  /// Formats a numerics fingerprint as a list of its entries in the order of their names.
  public static func text(of fingerprint: [String: String]?) -> String {
    guard let fingerprint, !fingerprint.isEmpty else { return "numerics fingerprint not known" }
    return fingerprint.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ", ")
  }
}

extension JobOutput.Role {
  /// The name of the output in messages.
  public var name: String {
    switch self {
    case .weights: "weights"
    case .mask(let index): "mask \(index + 1)"
    case .curve: "curve"
    }
  }
}
