#pragma once

#include <cstdint>

// What a normalised convolution does to each pixel, in one pass over memory each. All arrays are
// channels-last: `pixels` times `channels` values, float or bfloat16 (as its 16 bits).
//
// Every sum has an order that does not depend on the processor: over pixels for each channel, and
// channels are the lanes.
namespace ctorch::kernels {

#define CTORCH_FOR_TYPE(T)                                                                         \
  void normalise(const T *x, T *y, const float *scale, const float *shift, float slope,            \
                 int64_t pixels, int64_t channels);                                                \
  void add_moments(const T *x, const float *origin, float *sum, float *square, int64_t pixels,     \
                   int64_t channels);                                                              \
  void add_gradient_sums(const T *x, const T *dy, const float *scale, const float *shift,          \
                         const float *mean, float slope, float *plain, float *weighted,            \
                         int64_t pixels, int64_t channels);                                        \
  void input_gradient(const T *x, const T *dy, T *dx, const float *scale, const float *shift,      \
                      const float *tilt, const float *offset, float slope, int64_t pixels,         \
                      int64_t channels);                                                           \
  void add(const T *x, T *y, int64_t count);

// - normalise: y = activation(x scale + shift), activation(v) = v > 0 ? v : slope v.
// - add_moments: adds to `sum` and `square` the sums over pixels of x - origin and its square.
// - add_gradient_sums: adds to `plain` and `weighted` the sums over pixels of dz and dz (x - mean),
//   dz being the gradient before the activation and dy the one after.
// - input_gradient: dx = scale dz + tilt x + offset.
// - add: y += x.
CTORCH_FOR_TYPE(float)
CTORCH_FOR_TYPE(uint16_t)

}  // namespace ctorch::kernels
