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
  void pool(const T *x, T *out, uint8_t *place, int64_t pixels, int64_t channels, int64_t size,    \
            int64_t stride);                                                                       \
  void unpool(const T *dy, const uint8_t *place, T *dx, int64_t pixels, int64_t channels,          \
              int64_t size, int64_t stride);                                                       \
  void add(const T *x, T *y, int64_t count);                                                       \
  void blend(const T *x, const T *y, float share_of_x, float *out, int64_t count);                 \
  void enlarge(const float *x, T *out, int64_t pixels, int64_t channels, int64_t stride);          \
  void reduce(const T *dy, float *out, int64_t pixels, int64_t channels, int64_t stride);          \
  void gather(const float *a, const float *b, const float *c, const float *d, T *out,              \
              int64_t count);

// - normalise: y = activation(x scale + shift), activation(v) = v > 0 ? v : slope v.
// - add_moments: adds to `sum` and `square` the sums over pixels of x - origin and its square.
// - add_gradient_sums: adds to `plain` and `weighted` the sums over pixels of dz and dz (x - mean),
//   dz being the gradient before the activation and dy the one after.
// - input_gradient: dx = scale dz + tilt x + offset; dx may be dy itself.
// - pool: a row of the maxima of squares of `size` pixels across and, `stride` values from one row
//   of x to the next, down; `place` says which pixel it was, the first of equal ones. NaN is larger
//   than all.
// - unpool: its adjoint, over all of dx.
// - add: y += x.
// - blend: out = share_of_x x + (1 - share_of_x) y.
// - enlarge: a row of `pixels` to one of twice as many, bilinear, corners not aligned; `stride`
//   values from one pixel of the longer row to the next.
// - reduce: the adjoint of enlarge.
// - gather: out = (a + d) / 4 + 3 (b + c) / 4, which is that adjoint across rows.
CTORCH_FOR_TYPE(float)
CTORCH_FOR_TYPE(uint16_t)

}  // namespace ctorch::kernels
