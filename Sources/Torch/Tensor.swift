import CTorch

/// How a tensor's values are stored.
public enum Precision: String, Hashable, Sendable {
  /// 24 bits of significand.
  case float32
  /// 8 bits of significand in the range of float32: half the memory and, where the processor has
  /// instructions for it, half the time of a product. Sums are kept in float32.
  case bfloat16
}

/// An array of LibTorch, float32 unless it was cast, shape N x C x H x W where it is a batch of images.
///
/// Not `Sendable`: a tensor stays on the thread that made it. Every operation throws a `TorchError`
/// of code `library` where shapes do not fit or memory runs out.
public final class Tensor {
  /// Owned; freed once, in `deinit`.
  let handle: OpaquePointer

  init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { ctorch_tensor_free(handle) }

  /// `values` in row-major order as an array of `shape`.
  public static func from(_ values: [Float], shape: [Int], on device: Device = .cpu) throws
    -> Tensor
  {
    let expected = shape.reduce(1, *)
    guard values.count == expected else {
      throw TorchError(.library, "shape \(shape) needs \(expected) values, got \(values.count)")
    }
    let sizes = shape.map { Int64($0) }
    return try make {
      ctorch_from_floats(values, sizes, Int32(sizes.count), device.code, $0, $1)
    }
  }

  /// An array of one value.
  public static func filled(_ value: Float, shape: [Int], on device: Device = .cpu) throws -> Tensor
  {
    try from([Float](repeating: value, count: shape.reduce(1, *)), shape: shape, on: device)
  }

  /// The sizes of the axes.
  public func shape() throws -> [Int] {
    var rank: Int32 = 0
    try call { ctorch_rank(handle, &rank, $0) }
    var sizes = [Int64](repeating: 0, count: Int(rank))
    try call { ctorch_shape(handle, &sizes, $0) }
    return sizes.map { Int($0) }
  }

  /// The values in row-major order.
  public func floats() throws -> [Float] {
    let count = try shape().reduce(1, *)
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try call { ctorch_copy_floats(handle, buffer.baseAddress, Int64(count), $0) }
      initialised = count
    }
  }

  /// The value of a tensor of one element.
  public func item() throws -> Float {
    var value: Float = 0
    try call { ctorch_copy_floats(handle, &value, 1, $0) }
    return value
  }

  /// Overwrites this tensor's values in place.
  public func assign(_ value: Tensor) throws {
    try call { ctorch_assign(handle, value.handle, $0) }
  }

  /// Overwrites this tensor's values in place by `values`, in row-major order.
  public func assign(_ values: [Float]) throws {
    try call { ctorch_assign_floats(handle, values, Int64(values.count), $0) }
  }

  /// Overwrites this tensor's values in place by those that `fill` leaves, in row-major order: without
  /// a copy where they lie so in this process's memory.
  public func assign(filling fill: (UnsafeMutableBufferPointer<Float>) -> Void) throws {
    let count = try shape().reduce(1, *)
    var place: UnsafeMutablePointer<Float>?
    try call { ctorch_floats_in_place(handle, &place, $0) }
    if let place { return fill(UnsafeMutableBufferPointer(start: place, count: count)) }
    try assign(
      [Float](unsafeUninitializedCapacity: count) {
        fill($0); $1 = count
      })
  }

  /// Moves in place towards `end`: `self += weight (end - self)`, outside differentiation.
  public func interpolate(towards end: Tensor, weight: Double) throws {
    try call { ctorch_lerp_(handle, end.handle, weight, $0) }
  }

  /// The same storage, outside the graph.
  public func detached() throws -> Tensor { try make { ctorch_detach(handle, $0, $1) } }

  /// A copy with storage of its own.
  public func cloned() throws -> Tensor { try make { ctorch_clone(handle, $0, $1) } }

  /// The same values in `precision`, rounded to nearest; differentiable.
  public func cast(to precision: Precision) throws -> Tensor {
    try make { ctorch_cast(handle, precision == .bfloat16, $0, $1) }
  }

  /// The same values with channels as the fastest axis in memory.
  public func channelsLast() throws -> Tensor { try make { ctorch_channels_last(handle, $0, $1) } }

  /// This array of N x H x W x C as N x C x H x W, with channels as the fastest axis in memory;
  /// shares storage.
  public func asImages() throws -> Tensor { try make { ctorch_as_images(handle, $0, $1) } }

  /// The channels of N x C x H x W as images of their own, (N C) x 1 x H x W.
  public func channelsApart() throws -> Tensor {
    try make { ctorch_channels_apart(handle, $0, $1) }
  }
}

// Differentiation.
extension Tensor {
  /// Makes this a leaf whose gradient is recorded.
  @discardableResult
  public func requireGradient() throws -> Tensor {
    try call { ctorch_require_grad(handle, true, $0) }
    return self
  }

  /// Adds the gradient of this scalar to every leaf beneath it.
  public func backward() throws { try call { ctorch_backward(handle, $0) } }

  /// The gathered gradient of a leaf.
  public func gradient() throws -> Tensor { try make { ctorch_grad(handle, $0, $1) } }

  /// Forgets the gathered gradient.
  public func clearGradient() throws { try call { ctorch_clear_grad(handle, $0) } }
}
