import CKernels
import CTorch

// Arithmetic, elementwise, with broadcasting.
extension Tensor {
  /// Adds two tensors element by element.
  public static func + (one: Tensor, other: Tensor) throws -> Tensor {
    try make { ctorch_add(one.handle, other.handle, $0, $1) }
  }

  /// Subtracts one tensor from another element by element.
  public static func - (one: Tensor, other: Tensor) throws -> Tensor {
    try make { ctorch_subtract(one.handle, other.handle, $0, $1) }
  }

  /// Multiplies two tensors element by element (the Hadamard product).
  public static func * (one: Tensor, other: Tensor) throws -> Tensor {
    try make { ctorch_multiply(one.handle, other.handle, $0, $1) }
  }

  /// Computes `scale * self + shift`.
  public func affine(scale: Double, shift: Double = 0) throws -> Tensor {
    try make { ctorch_affine(handle, scale, shift, $0, $1) }
  }

  /// Computes the square root of positive numbers. The result for 0 is NaN.
  public func squareRoot() throws -> Tensor { try make { ctorch_square_root(handle, $0, $1) } }

  /// Computes the mean of all elements, a scalar.
  public func mean() throws -> Tensor { try make { ctorch_mean(handle, $0, $1) } }

  /// Computes the sum of all elements, a scalar.
  public func sum() throws -> Tensor { try make { ctorch_sum(handle, $0, $1) } }
}

// Layout.
extension Tensor {
  /// Concatenates `tensors` along `axis`.
  public static func concatenate(_ tensors: [Tensor], axis: Int) throws -> Tensor {
    let handles = tensors.map { Optional($0.handle) }
    return try make {
      ctorch_concatenate(handles, Int32(handles.count), Int64(axis), $0, $1)
    }
  }

  /// Returns `length` entries of `axis` from `start`. The result shares storage with this tensor.
  public func narrowed(axis: Int, from start: Int, length: Int) throws -> Tensor {
    try make { ctorch_narrow(handle, Int64(axis), Int64(start), Int64(length), $0, $1) }
  }

  /// Returns this array of `(N, H, W, C)` as `(N, C, H, W)`, with channels as the fastest axis in
  /// memory. The result shares storage with this tensor.
  public func permutedToNCHW() throws -> Tensor { try make { ctorch_nhwc_to_nchw(handle, $0, $1) } }

  /// Returns the channels of `(N, C, H, W)` as images of their own, `(N C, 1, H, W)`.
  public func channelsAsImages() throws -> Tensor {
    try make { ctorch_channels_to_batch(handle, $0, $1) }
  }
}

// Layers without parameters, on `(N, C, H, W)`.
extension Tensor {
  /// Computes `1 / (1 + exp(-self))`.
  public func sigmoid() throws -> Tensor { try make { ctorch_sigmoid(handle, $0, $1) } }

  /// Takes the maximum of each window of `size` x `size` pixels.
  ///
  /// - Parameter size: The window's side, 1 to 16 pixels, which divides height and width.
  public func maxPooled(_ size: Int) throws -> Tensor {
    try make { ckernels_max_pool(handle, Int64(size), $0, $1) }
  }

  /// Concatenates the channels of this skip connection with those of `lower`, upsampled to twice its
  /// height and width: bilinear, corners not aligned.
  ///
  /// - Parameters:
  ///   - lower: The features of the lower level, of half this tensor's height and width.
  ///   - groups: The number of networks side by side. The channels of both tensors consist of as many
  ///     parts, which are concatenated part by part.
  public func concatenated(withUpsampled lower: Tensor, groups: Int = 1) throws -> Tensor {
    try make { ckernels_upsample_concat(handle, lower.handle, Int64(groups), $0, $1) }
  }
}
