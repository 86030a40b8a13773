import CKernels

// The layers composed of LibTorch's own operations, as they run on a GPU, in place of the fused
// ones. They are visible in the package so that tests can compare both on the CPU.

extension BatchNormReLU {
  /// Computes the same as calling the layer.
  package func unfused(_ input: Tensor) throws -> Tensor {
    try withParameters { parameters in
      try make { ckernels_unfused_batch_norm_relu(input.handle, parameters, $0, $1) }
    }
  }
}

extension Conv2d {
  /// Computes the same as calling the layer.
  package func unfused(_ input: Tensor) throws -> Tensor {
    try make {
      ckernels_unfused_conv2d(
        input.handle, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
        padding == .reflection, $0, $1)
    }
  }

  /// Computes the same as calling the layer after a normalisation.
  package func unfused(_ input: Tensor, after normalisation: BatchNormReLU) throws -> Tensor {
    try normalisation.withParameters { parameters in
      try make {
        ckernels_unfused_batch_norm_relu_conv2d(
          input.handle, parameters, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
          padding == .reflection, $0, $1)
      }
    }
  }
}

extension Tensor {
  /// Computes the same as `concatenated(withUpsampled:)`.
  package func unfusedConcatenated(withUpsampled lower: Tensor) throws -> Tensor {
    try make { ckernels_unfused_upsample_concat(handle, lower.handle, 1, $0, $1) }
  }
}
