import CTorch

/// Where tensors live and computations run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// The processor.
  case cpu
  /// A CUDA device, by its index from 0.
  case cuda(Int)

  /// `cpu`, `cuda` (the first one) or `cuda:N`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("cpu", 1): self = .cpu
    case ("cuda", 1): self = .cuda(0)
    case ("cuda", 2):
      guard let index = Int(parts[1]), (0..<128).contains(index) else { return nil }
      self = .cuda(index)
    default: return nil
    }
  }

  /// As it is parsed.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  var code: ctorch_device {
    switch self {
    case .cpu: -1
    case .cuda(let index): ctorch_device(index)
    }
  }
}
