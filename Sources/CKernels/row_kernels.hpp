#pragma once

#include <cstdint>

// Operations on rows of pixels, each in one pass over memory. All arrays are channels-last:
// `pixels` times `channels` values, float or bfloat16 (as its 16 bits).
//
// The vector lanes are channels, and sums run over pixels, so that the order of every sum is the
// same on all processors.
//
// - normalise computes y = activation(x scale + shift), where activation(v) = v > 0 ? v : slope v.
// - add_moments adds the sums over pixels of x - origin and of its square to `sum` and `square`.
// - add_gradient_sums adds the sum over pixels of dz to `plain` and that of dz (x - mean) to
//   `weighted`, where dy is the gradient after the activation and dz the one before.
// - input_gradient computes dx = scale dz + tilt x + offset; dx may be dy itself.
// - pool writes a row of maxima over windows of size x size pixels. A row of x has `stride`
//   values. `index` is the maximum's index in its window, the first one if several are equal. NaN
//   counts as larger than all numbers.
// - unpool is the adjoint of pool and overwrites all of dx.
// - add computes y += x.
// - blend computes out = share_of_x x + (1 - share_of_x) y.
// - upsample makes twice as many pixels of a row, bilinear, corners not aligned. Neighbouring
//   pixels of the longer row are `stride` values apart.
// - upsample_adjoint is the adjoint of upsample.
// - upsample_adjoint_across computes out = (a + d) / 4 + 3 (b + c) / 4, the same adjoint across
//   rows.
namespace ckernels::rows {

#define DECLARE_FOR_TYPE(T)                                                                     \
  void normalise(const T *x, T *y, const float *scale, const float *shift, float slope,         \
                 int64_t pixels, int64_t channels);                                             \
  void add_moments(const T *x, const float *origin, float *sum, float *square, int64_t pixels,  \
                   int64_t channels);                                                           \
  void add_gradient_sums(const T *x, const T *dy, const float *scale, const float *shift,       \
                         const float *mean, float slope, float *plain, float *weighted,         \
                         int64_t pixels, int64_t channels);                                     \
  void input_gradient(const T *x, const T *dy, T *dx, const float *scale, const float *shift,   \
                      const float *tilt, const float *offset, float slope, int64_t pixels,      \
                      int64_t channels);                                                        \
  void pool(const T *x, T *out, uint8_t *index, int64_t pixels, int64_t channels, int64_t size, \
            int64_t stride);                                                                    \
  void unpool(const T *dy, const uint8_t *index, T *dx, int64_t pixels, int64_t channels,       \
              int64_t size, int64_t stride);                                                    \
  void add(const T *x, T *y, int64_t count);                                                    \
  void blend(const T *x, const T *y, float share_of_x, float *out, int64_t count);              \
  void upsample(const float *x, T *out, int64_t pixels, int64_t channels, int64_t stride);      \
  void upsample_adjoint(const T *dy, float *out, int64_t pixels, int64_t channels,              \
                        int64_t stride);                                                        \
  void upsample_adjoint_across(const float *a, const float *b, const float *c, const float *d,  \
                               T *out, int64_t count);

DECLARE_FOR_TYPE(float)
DECLARE_FOR_TYPE(uint16_t)

#undef DECLARE_FOR_TYPE

}  // namespace ckernels::rows
