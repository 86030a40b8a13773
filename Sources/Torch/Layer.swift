/// A part of a network that has parameters.
public protocol Layer {
  /// The tensors that training optimises, in a fixed order.
  var parameters: [NamedTensor] { get }
  /// The tensors that training updates without optimising them, such as running statistics, in a
  /// fixed order.
  var buffers: [NamedTensor] { get }
}

extension Layer {
  /// An empty list, which is right for most layers.
  public var buffers: [NamedTensor] { [] }
}
