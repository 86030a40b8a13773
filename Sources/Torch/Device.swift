import CTorch

/// The device on which tensors live and computations run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// The processor and its memory.
  case cpu
  /// A GPU by its CUDA index, counted from 0.
  case cuda(Int)

  /// The device's name in PyTorch: `cpu` or `cuda:N`.
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
