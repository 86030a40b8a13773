/// A network or a part of one that has parameters.
public protocol Module {
  /// The tensors that training optimises, in a fixed order.
  var parameters: [NamedTensor] { get }
  /// The tensors that training updates without optimising them, such as running statistics, in a
  /// fixed order.
  var buffers: [NamedTensor] { get }
}

extension Module {
  /// An empty list, which is right for most modules.
  public var buffers: [NamedTensor] { [] }
}
