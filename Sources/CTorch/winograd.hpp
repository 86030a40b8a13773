#pragma once

#include <ATen/ATen.h>

#include <cstdint>

// Convolutions with 3 x 3 kernels at stride 1 by Winograd's minimal filtering (tiles.hpp), between
// channels-last arrays of float with `zeros` pixels of zeros all round the input. The rounding
// error is about 1e-6 of the result: two to five times that of LibTorch's sums.
namespace ctorch::winograd {

// Whether it serves, and sooner than LibTorch's convolution.
bool serves(const at::Tensor &input, const at::Tensor &kernel, int64_t stride, int64_t zeros);

at::Tensor convolved(const at::Tensor &input, const at::Tensor &kernel, const at::Tensor &bias,
                     int64_t zeros);

// Where `gradient` is that of the result.
at::Tensor input_gradient(const at::Tensor &gradient, const at::Tensor &kernel, int64_t zeros);
at::Tensor kernel_gradient(const at::Tensor &gradient, const at::Tensor &input, int64_t zeros);

}  // namespace ctorch::winograd
