#pragma once

#include <ATen/ATen.h>

#include "CKernels.h"
#include "internal/handle.hpp"

// The layers of convolution.cpp, batch_norm_relu.cpp and upsample_concat.cpp, composed of
// LibTorch's own operations. They run on any device: on GPUs, for shapes that the kernels do not
// support, and for several networks side by side (groups).
//
// They must give the same bits every time, on GPUs too. On a GPU the backward pass of
// at::upsample_bilinear2d adds in the order in which threads arrive, and that of
// at::reflection_pad2d promises no order either. Both backward passes are therefore written as
// plain sums here.
namespace ckernels::unfused {

// Returns true if a convolution needs these layers, because it is on a GPU or has groups.
inline bool is_required(const ctorch_tensor &input, const ctorch_tensor &weight) {
  const at::Tensor &x = input.value, &filters = weight.value;
  return x.is_cuda() || (x.dim() == 4 && filters.dim() == 4 && x.size(1) != filters.size(1));
}

at::Tensor batch_norm_relu(const at::Tensor &input, const ckernels_batch_norm &norm);

// Convolves in the input's type, with a border of `padding` pixels of reflection or of zeros. The
// number of groups is the number of the input's channels over that of the filters.
at::Tensor convolve(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                    int64_t stride, int64_t padding, bool reflect_padding);

// Concatenates the channels of `skip` and of the upsampled `lower`, part by part of `groups` parts.
at::Tensor upsample_concat(const at::Tensor &skip, const at::Tensor &lower, int64_t groups);

}  // namespace ckernels::unfused
