#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace ctorch {

// Calls `body` with the elements of `x` as the kernels take them.
template <typename Body>
void with_elements(const at::Tensor &x, Body body) {
  if (x.scalar_type() == at::kBFloat16) {
    body(reinterpret_cast<uint16_t *>(x.data_ptr()));
  } else {
    body(static_cast<float *>(x.data_ptr()));
  }
}

template <typename T>
T *elements(const at::Tensor &x) {
  return static_cast<T *>(x.data_ptr());
}

inline at::Tensor channels_last(const at::Tensor &x) {
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

inline at::Tensor empty_channels_last(const at::Tensor &like, int64_t channels, int64_t height,
                                      int64_t width) {
  return at::empty({like.size(0), channels, height, width},
                   like.options().memory_format(at::MemoryFormat::ChannelsLast));
}

}  // namespace ctorch
