import CTorch

// The fused layers in LibTorch's own steps: what they are on a GPU. Here so that tests can compare the
// two on the processor.

extension Normalisation {
  /// The same as calling it.
  package func composed(_ input: Tensor) throws -> Tensor {
    try withSettings { settings in
      try make { ctorch_composed_normalised(input.handle, settings, $0, $1) }
    }
  }
}

extension Conv2d {
  /// The same as calling it.
  package func composed(_ input: Tensor) throws -> Tensor {
    try make {
      ctorch_composed_conv2d(
        input.handle, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
        padding == .reflection, $0, $1)
    }
  }

  /// The same as calling it.
  package func composed(_ input: Tensor, after normalisation: Normalisation) throws -> Tensor {
    try normalisation.withSettings { settings in
      try make {
        ctorch_composed_normalised_conv2d(
          input.handle, settings, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
          padding == .reflection, $0, $1)
      }
    }
  }
}

extension Tensor {
  /// The same as `joined(with:)`.
  package func composedJoined(with below: Tensor) throws -> Tensor {
    try make { ctorch_composed_joined(handle, below.handle, 1, $0, $1) }
  }
}
