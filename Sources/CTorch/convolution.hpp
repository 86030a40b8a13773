#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace ctorch {

struct Geometry {
  int64_t stride, padding;
  bool mirrors;

  // Mirrored pixels round the input.
  int64_t border() const { return mirrors ? padding : 0; }
  // Zeros round it.
  int64_t zeros() const { return mirrors ? 0 : padding; }
};

// The convolution of an input that has its border already, in its type.
at::Tensor convolved(const at::Tensor &input, const at::Tensor &kernel, const at::Tensor &bias,
                     const Geometry &geometry);

// Of a convolution's input with its border, its kernel and its bias.
struct ConvolutionGradient {
  at::Tensor input, kernel, bias;
};

// The gradients where `gradient` is that of the result. Give both arrays away: each goes as soon as
// it has been used. That of the input only where it is wanted.
ConvolutionGradient convolution_gradient(at::Tensor gradient, at::Tensor input,
                                         const at::Tensor &kernel, const Geometry &geometry,
                                         bool is_input_wanted);

}  // namespace ctorch
