import CTorch

// Arithmetic, with broadcasting.
extension Tensor {
  /// Elementwise sum.
  public static func + (one: Tensor, other: Tensor) throws -> Tensor {
    try make { ctorch_add(one.handle, other.handle, $0, $1) }
  }

  /// Elementwise difference.
  public static func - (one: Tensor, other: Tensor) throws -> Tensor {
    try make { ctorch_subtract(one.handle, other.handle, $0, $1) }
  }

  /// Elementwise (Hadamard) product.
  public static func * (one: Tensor, other: Tensor) throws -> Tensor {
    try make { ctorch_multiply(one.handle, other.handle, $0, $1) }
  }

  /// `scale * self + shift`, elementwise.
  public func affine(scale: Double, shift: Double = 0) throws -> Tensor {
    try make { ctorch_affine(handle, scale, shift, $0, $1) }
  }

  /// Elementwise square root of positive numbers (0 gives NaN).
  public func squareRoot() throws -> Tensor { try make { ctorch_square_root(handle, $0, $1) } }

  /// The mean of all elements, a scalar.
  public func mean() throws -> Tensor { try make { ctorch_mean(handle, $0, $1) } }

  /// The sum of all elements, a scalar.
  public func sum() throws -> Tensor { try make { ctorch_sum(handle, $0, $1) } }
}

// Layout.
extension Tensor {
  /// `tensors` one after another along `axis`.
  public static func concatenate(_ tensors: [Tensor], axis: Int) throws -> Tensor {
    let handles = tensors.map { Optional($0.handle) }
    return try make {
      ctorch_concatenate(handles, Int32(handles.count), Int64(axis), $0, $1)
    }
  }

  /// `length` entries of `axis` from `start`; shares storage.
  public func narrowed(axis: Int, from start: Int, length: Int) throws -> Tensor {
    try make { ctorch_narrow(handle, Int64(axis), Int64(start), Int64(length), $0, $1) }
  }
}

// Layers, on N x C x H x W.
extension Tensor {
  /// `1 / (1 + exp(-self))`.
  public func sigmoid() throws -> Tensor { try make { ctorch_sigmoid(handle, $0, $1) } }

  /// The maximum of each block of `size` x `size`; `size`, 16 at most, divides height and width.
  public func maxPooled(_ size: Int) throws -> Tensor {
    try make { ctorch_max_pool(handle, Int64(size), $0, $1) }
  }

  /// This skip connection and, behind its channels, `below` enlarged to its size, twice its own:
  /// bilinear, corners not aligned. Of several networks side by side, `groups` in all, each part of the
  /// channels is joined with its like.
  public func joined(with below: Tensor, groups: Int = 1) throws -> Tensor {
    try make { ctorch_joined(handle, below.handle, Int64(groups), $0, $1) }
  }
}
