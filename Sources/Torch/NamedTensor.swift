/// A tensor with its name in a weights file, for instance `down.0.conv.weight`.
public struct NamedTensor {
  /// The name, which is PyTorch's if PyTorch has the same layer.
  public let name: String
  /// The tensor that has the name.
  public let tensor: Tensor

  /// Gives a tensor a name.
  public init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
