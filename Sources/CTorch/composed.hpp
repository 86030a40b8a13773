#pragma once

#include "CTorch.h"

#include <ATen/ATen.h>

// The layers of normalised.cpp and joined.cpp as plain steps of differentiation, on any device: what
// runs on cards, where the kernels do not reach.
//
// They are to give the same bits each time on cards too. The way back of at::upsample_bilinear2d
// adds there in whatever order threads come, and nothing promises another of at::reflection_pad2d:
// neither is used.
namespace ctorch::composed {

at::Tensor normalised(const at::Tensor &input, const ctorch_norm &norm);

// In the type of `input`, behind a border of `padding` pixels, mirrored or zero.
at::Tensor convolved(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                     int64_t stride, int64_t padding, bool mirrors);

at::Tensor joined(const at::Tensor &skip, const at::Tensor &below);

}  // namespace ctorch::composed
