import CTorch
import Errors

/// The number format in which a tensor stores its values.
public enum Precision: String, Hashable, Sendable {
  /// A float of 32 bits with a significand of 24.
  case float32
  /// A float of 16 bits with a significand of 8 and the range of float32. It takes half the memory
  /// and, where the processor has instructions for it, half the time of a product. Sums are
  /// float32.
  case bfloat16
}

/// An array of LibTorch, float32 unless it was cast.
///
/// A batch of images has shape `(N, C, H, W)`: `N` images of `C` channels, `H` rows and `W`
/// columns. A tensor is not `Sendable`: it stays on the thread that made it. Every operation throws
/// a `DipperError` of code `torchFailed` if shapes do not match or the CPU's memory does not
/// suffice, and of code `gpuMemoryExhausted` if a GPU's memory does not suffice.
public final class Tensor {
  /// The C handle, which this object owns and frees.
  let handle: OpaquePointer

  init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { ctorch_tensor_free(handle) }

  /// Makes an array of `shape` from its values in row-major order.
  public static func from(_ values: [Float], shape: [Int], on device: Device = .cpu) throws
    -> Tensor
  {
    let expected = shape.reduce(1, *)
    guard values.count == expected else {
      throw DipperError(
        .torchFailed, "shape \(shape) needs \(expected) values, got \(values.count)")
    }
    let sizes = shape.map { Int64($0) }
    return try make {
      ctorch_from_floats(values, sizes, Int32(sizes.count), device.code, $0, $1)
    }
  }

  /// Makes an array of `shape` whose elements all have one value.
  public static func filled(_ value: Float, shape: [Int], on device: Device = .cpu) throws -> Tensor
  {
    try from([Float](repeating: value, count: shape.reduce(1, *)), shape: shape, on: device)
  }

  /// Returns the sizes of the axes.
  public func shape() throws -> [Int] {
    var rank: Int32 = 0
    try call { ctorch_rank(handle, &rank, $0) }
    var sizes = [Int64](repeating: 0, count: Int(rank))
    try call { ctorch_shape(handle, &sizes, $0) }
    return sizes.map { Int($0) }
  }

  /// Returns the values in row-major order.
  public func floats() throws -> [Float] {
    let count = try shape().reduce(1, *)
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try call { ctorch_copy_floats(handle, buffer.baseAddress, Int64(count), $0) }
      initialised = count
    }
  }

  /// Returns the value of a tensor of one element.
  public func item() throws -> Float {
    var value: Float = 0
    try call { ctorch_copy_floats(handle, &value, 1, $0) }
    return value
  }

  /// Overwrites the values in place by those of another tensor.
  public func assign(_ value: Tensor) throws {
    try call { ctorch_assign(handle, value.handle, $0) }
  }

  /// Overwrites the values in place by `values`, in row-major order.
  public func assign(_ values: [Float]) throws {
    try call { ctorch_assign_floats(handle, values, Int64(values.count), $0) }
  }

  /// Overwrites the values in place by those that `fill` writes, in row-major order. If the tensor
  /// is in the CPU's memory in that order, `fill` writes into it directly and nothing is copied.
  public func assign(filling fill: (UnsafeMutableBufferPointer<Float>) -> Void) throws {
    let count = try shape().reduce(1, *)
    var storage: UnsafeMutablePointer<Float>?
    try call { ctorch_row_major_floats(handle, &storage, $0) }
    if let storage { return fill(UnsafeMutableBufferPointer(start: storage, count: count)) }
    try assign(
      [Float](unsafeUninitializedCapacity: count) {
        fill($0)
        $1 = count
      })
  }

  /// Interpolates in place, `self += weight (end - self)`. This is not differentiated.
  public func interpolate(towards end: Tensor, weight: Double) throws {
    try call { ctorch_lerp_(handle, end.handle, weight, $0) }
  }

  /// Returns a tensor that shares the storage and is not part of the autograd graph.
  public func detached() throws -> Tensor { try make { ctorch_detach(handle, $0, $1) } }

  /// Returns a copy with storage of its own.
  public func cloned() throws -> Tensor { try make { ctorch_clone(handle, $0, $1) } }

  /// Returns the values in `precision`, rounded to nearest. This is differentiable.
  public func cast(to precision: Precision) throws -> Tensor {
    try make { ctorch_cast(handle, precision == .bfloat16, $0, $1) }
  }

  /// Returns the same values with channels as the fastest axis in memory.
  public func channelsLast() throws -> Tensor { try make { ctorch_channels_last(handle, $0, $1) } }
}

// Differentiation.
extension Tensor {
  /// Makes this tensor a leaf that collects its gradient, and returns it.
  @discardableResult
  public func requireGradient() throws -> Tensor {
    try call { ctorch_require_grad(handle, true, $0) }
    return self
  }

  /// Adds the gradient of this scalar to every leaf from which it was computed.
  public func backward() throws { try call { ctorch_backward(handle, $0) } }

  /// Returns the collected gradient of a leaf.
  public func gradient() throws -> Tensor { try make { ctorch_grad(handle, $0, $1) } }

  /// Discards the collected gradient of a leaf.
  public func clearGradient() throws { try call { ctorch_clear_grad(handle, $0) } }
}
