import CTorch

/// Where tensors live and computations run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// The processor.
  case cpu
  /// A CUDA device, by its index from 0.
  case cuda(Int)

  /// `cpu` or `cuda:N`.
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
