#pragma once

#include "guard.hpp"

#include <ATen/ATen.h>

// The layers of convolution.cpp, normalised.cpp and joined.cpp in LibTorch's own steps, on any
// device: what runs on GPUs, where the kernels do not reach, and several networks side by side
// (groups).
//
// They are to give the same bits each time on GPUs too. The way back of at::upsample_bilinear2d
// adds there in whatever order threads come, and nothing promises another of at::reflection_pad2d:
// both ways back are of plain sums here.
namespace ctorch::composed {

// Whether a convolution of these is one of these layers, rather than a kernel of the processor.
inline bool serves(const ctorch_tensor &input, const ctorch_tensor &weight) {
  const at::Tensor &x = input.value, &filters = weight.value;
  return x.is_cuda() || (x.dim() == 4 && filters.dim() == 4 && x.size(1) != filters.size(1));
}

at::Tensor normalised(const at::Tensor &input, const ctorch_norm &norm);

// In the type of `input`, behind a border of `padding` pixels, mirrored or zero. Where `input` has
// a multiple of the channels that `weight` takes, each part of them meets its part of the filters.
at::Tensor convolved(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                     int64_t stride, int64_t padding, bool mirrors);

// Part by part of the channels of both, `groups` in all.
at::Tensor joined(const at::Tensor &skip, const at::Tensor &below, int64_t groups);

}  // namespace ctorch::composed
