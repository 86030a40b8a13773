#pragma once

#include <ATen/ATen.h>

#include <cstdint>

// Convolutions with 3 x 3 kernels at stride 1 by Winograd's minimal filtering
// (winograd_transforms.hpp). Inputs and results are channels-last arrays of float; `zeros` is the
// number of zeros on each side of the input. The rounding error is about 1e-6 of the result, two to
// five times that of LibTorch's sums.
namespace ckernels::winograd {

// Returns true if these functions can compute the convolution, and faster than LibTorch.
bool supports(const at::Tensor &input, const at::Tensor &kernel, int64_t stride, int64_t zeros);

at::Tensor convolve(const at::Tensor &input, const at::Tensor &kernel, const at::Tensor &bias,
                    int64_t zeros);

// These compute the gradients of the convolution from the `gradient` of its result.
at::Tensor input_gradient(const at::Tensor &gradient, const at::Tensor &kernel, int64_t zeros);
at::Tensor kernel_gradient(const at::Tensor &gradient, const at::Tensor &input, int64_t zeros);

}  // namespace ckernels::winograd
