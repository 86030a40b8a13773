#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <stdexcept>

namespace ckernels {

// Calls `body` with the address of the elements of `x`, float or the 16 bits of a bfloat16.
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

// Throws unless `lower` has half the height and width of `skip`, as many images and the same type.
inline void require_half_size(const at::Tensor &skip, const at::Tensor &lower) {
  if (skip.size(0) != lower.size(0) || skip.size(2) != 2 * lower.size(2) ||
      skip.size(3) != 2 * lower.size(3) || skip.scalar_type() != lower.scalar_type()) {
    throw std::invalid_argument(
        "a skip connection must have twice the height and width of the lower level, as many images "
        "and the same type");
  }
}

// Makes an uninitialised tensor in channels-last layout with the type and the images of `like`.
inline at::Tensor empty_channels_last(const at::Tensor &like, int64_t channels, int64_t height,
                                      int64_t width) {
  return at::empty({like.size(0), channels, height, width},
                   like.options().memory_format(at::MemoryFormat::ChannelsLast));
}

}  // namespace ckernels
