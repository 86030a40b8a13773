#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace ckernels {

// Stride and border of a convolution, equal in both directions.
struct ConvolutionGeometry {
  int64_t stride, padding;
  bool reflect_padding;

  // The pixels of reflection on each side of the input.
  int64_t reflected() const { return reflect_padding ? padding : 0; }
  // The zeros on each side of the input.
  int64_t zeros() const { return reflect_padding ? 0 : padding; }
};

// Convolves an input that already has its reflected border, in the input's type.
at::Tensor convolve(const at::Tensor &padded, const at::Tensor &kernel, const at::Tensor &bias,
                    const ConvolutionGeometry &geometry);

// Gradients with respect to a convolution's padded input, its kernel and its bias.
struct ConvolutionGradient {
  at::Tensor input, kernel, bias;
};

// Computes the gradients of a convolution from the `gradient` of its result. Move both arrays into
// the call: each is freed as soon as it has been used. The input's gradient is computed only where
// `needs_input_gradient` is set.
ConvolutionGradient convolution_backward(at::Tensor gradient, at::Tensor padded,
                                         const at::Tensor &kernel,
                                         const ConvolutionGeometry &geometry,
                                         bool needs_input_gradient);

}  // namespace ckernels
