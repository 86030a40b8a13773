#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <stdexcept>

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

// Throws unless `below` is of the type and number of `skip` and of half its height and width.
inline void require_half(const at::Tensor &skip, const at::Tensor &below) {
  if (skip.size(0) != below.size(0) || skip.size(2) != 2 * below.size(2) ||
      skip.size(3) != 2 * below.size(3) || skip.scalar_type() != below.scalar_type()) {
    throw std::invalid_argument("what is joined must be twice the size of the level below");
  }
}

inline at::Tensor empty_channels_last(const at::Tensor &like, int64_t channels, int64_t height,
                                      int64_t width) {
  return at::empty({like.size(0), channels, height, width},
                   like.options().memory_format(at::MemoryFormat::ChannelsLast));
}

}  // namespace ctorch
