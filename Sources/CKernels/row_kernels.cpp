#include "row_kernels.hpp"

#include <bit>

#include "multiversion.h"

namespace ckernels::rows {

ALWAYS_INLINE float load(float value) { return value; }
ALWAYS_INLINE float load(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

ALWAYS_INLINE void store(float value, float *to) { *to = value; }
// Rounds to nearest, ties to even. The addition does not overflow for NaNs that arithmetic
// produces.
ALWAYS_INLINE void store(float value, uint16_t *to) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  *to = static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

template <typename T>
ALWAYS_INLINE void normalise_body(const T *__restrict x, T *__restrict y,
                                  const float *__restrict scale, const float *__restrict shift,
                                  float slope, int64_t pixels, int64_t channels) {
  for (int64_t p = 0; p < pixels; p++, x += channels, y += channels) {
    for (int64_t c = 0; c < channels; c++) {
      float v = load(x[c]) * scale[c] + shift[c];
      store(v > 0 ? v : slope * v, y + c);
    }
  }
}

template <typename T>
ALWAYS_INLINE void add_moments_body(const T *__restrict x, const float *__restrict origin,
                                    float *__restrict sum, float *__restrict square, int64_t pixels,
                                    int64_t channels) {
  for (int64_t p = 0; p < pixels; p++, x += channels) {
    for (int64_t c = 0; c < channels; c++) {
      float d = load(x[c]) - origin[c];
      sum[c] += d;
      square[c] += d * d;
    }
  }
}

template <typename T>
ALWAYS_INLINE void add_gradient_sums_body(const T *__restrict x, const T *__restrict dy,
                                          const float *__restrict scale,
                                          const float *__restrict shift,
                                          const float *__restrict mean, float slope,
                                          float *__restrict plain, float *__restrict weighted,
                                          int64_t pixels, int64_t channels) {
  for (int64_t p = 0; p < pixels; p++, x += channels, dy += channels) {
    for (int64_t c = 0; c < channels; c++) {
      float value = load(x[c]), gradient = load(dy[c]);
      float dz = value * scale[c] + shift[c] > 0 ? gradient : slope * gradient;
      plain[c] += dz;
      weighted[c] += dz * (value - mean[c]);
    }
  }
}

template <typename T>
ALWAYS_INLINE void input_gradient_body(const T *__restrict x, const T *dy, T *dx,
                                       const float *__restrict scale, const float *__restrict shift,
                                       const float *__restrict tilt, const float *__restrict offset,
                                       float slope, int64_t pixels, int64_t channels) {
  for (int64_t p = 0; p < pixels; p++, x += channels, dy += channels, dx += channels) {
#pragma clang loop vectorize(assume_safety)
    for (int64_t c = 0; c < channels; c++) {
      float value = load(x[c]), gradient = load(dy[c]);
      float dz = value * scale[c] + shift[c] > 0 ? gradient : slope * gradient;
      store(scale[c] * dz + (tilt[c] * value + offset[c]), dx + c);
    }
  }
}

template <typename T>
ALWAYS_INLINE void pool_body(const T *__restrict x, T *__restrict out, uint8_t *__restrict index,
                             int64_t pixels, int64_t channels, int64_t size, int64_t stride) {
  for (int64_t p = 0; p < pixels; p++, x += size * channels, out += channels, index += channels) {
    for (int64_t c = 0; c < channels; c++) {
      out[c] = x[c];
      index[c] = 0;
    }
    for (int64_t k = 1; k < size * size; k++) {
      const T *other = x + k / size * stride + k % size * channels;
      for (int64_t c = 0; c < channels; c++) {
        float value = load(other[c]);
        bool is_larger = value > load(out[c]) || value != value;
        out[c] = is_larger ? other[c] : out[c];
        index[c] = is_larger ? static_cast<uint8_t>(k) : index[c];
      }
    }
  }
}

template <typename T>
ALWAYS_INLINE void unpool_body(const T *__restrict dy, const uint8_t *__restrict index,
                               T *__restrict dx, int64_t pixels, int64_t channels, int64_t size,
                               int64_t stride) {
  for (int64_t p = 0; p < pixels; p++, dy += channels, index += channels, dx += size * channels) {
    for (int64_t k = 0; k < size * size; k++) {
      T *other = dx + k / size * stride + k % size * channels;
      for (int64_t c = 0; c < channels; c++) other[c] = index[c] == k ? dy[c] : T{0};
    }
  }
}

template <typename T>
ALWAYS_INLINE void add_body(const T *__restrict x, T *__restrict y, int64_t count) {
  for (int64_t i = 0; i < count; i++) store(load(y[i]) + load(x[i]), y + i);
}

template <typename T>
ALWAYS_INLINE void blend_body(const T *__restrict x, const T *__restrict y, float share,
                              float *__restrict out, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = share * load(x[i]) + (1 - share) * load(y[i]);
}

template <typename T>
ALWAYS_INLINE void upsample_body(const float *__restrict x, T *__restrict out, int64_t pixels,
                                 int64_t channels, int64_t stride) {
  for (int64_t p = 0; p < pixels; p++, out += 2 * stride) {
    const float *here = x + p * channels, *left = p > 0 ? here - channels : here;
    const float *right = p + 1 < pixels ? here + channels : here;
    for (int64_t c = 0; c < channels; c++) {
      store(0.25f * left[c] + 0.75f * here[c], out + c);
      store(0.75f * here[c] + 0.25f * right[c], out + stride + c);
    }
  }
}

template <typename T>
ALWAYS_INLINE void upsample_adjoint_body(const T *__restrict dy, float *__restrict out,
                                         int64_t pixels, int64_t channels, int64_t stride) {
  for (int64_t p = 0; p < pixels; p++, out += channels) {
    const T *first = dy + 2 * p * stride, *second = first + stride;
    const T *before = p > 0 ? first - stride : first;
    const T *after = p + 1 < pixels ? second + stride : second;
    for (int64_t c = 0; c < channels; c++) {
      float inner = load(first[c]) + load(second[c]), outer = load(before[c]) + load(after[c]);
      out[c] = 0.75f * inner + 0.25f * outer;
    }
  }
}

template <typename T>
ALWAYS_INLINE void upsample_adjoint_across_body(const float *__restrict a,
                                                const float *__restrict b,
                                                const float *__restrict c,
                                                const float *__restrict d, T *__restrict out,
                                                int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    store(0.75f * (b[i] + c[i]) + 0.25f * (a[i] + d[i]), out + i);
  }
}

#define DEFINE_FOR_TYPE(T)                                                                       \
  MULTIVERSION void normalise(const T *x, T *y, const float *scale, const float *shift,          \
                              float slope, int64_t pixels, int64_t channels) {                   \
    normalise_body(x, y, scale, shift, slope, pixels, channels);                                 \
  }                                                                                              \
  MULTIVERSION void add_moments(const T *x, const float *origin, float *sum, float *square,      \
                                int64_t pixels, int64_t channels) {                              \
    add_moments_body(x, origin, sum, square, pixels, channels);                                  \
  }                                                                                              \
  MULTIVERSION void add_gradient_sums(                                                           \
      const T *x, const T *dy, const float *scale, const float *shift, const float *mean,        \
      float slope, float *plain, float *weighted, int64_t pixels, int64_t channels) {            \
    add_gradient_sums_body(x, dy, scale, shift, mean, slope, plain, weighted, pixels, channels); \
  }                                                                                              \
  MULTIVERSION void input_gradient(const T *x, const T *dy, T *dx, const float *scale,           \
                                   const float *shift, const float *tilt, const float *offset,   \
                                   float slope, int64_t pixels, int64_t channels) {              \
    input_gradient_body(x, dy, dx, scale, shift, tilt, offset, slope, pixels, channels);         \
  }                                                                                              \
  MULTIVERSION void pool(const T *x, T *out, uint8_t *index, int64_t pixels, int64_t channels,   \
                         int64_t size, int64_t stride) {                                         \
    pool_body(x, out, index, pixels, channels, size, stride);                                    \
  }                                                                                              \
  MULTIVERSION void unpool(const T *dy, const uint8_t *index, T *dx, int64_t pixels,             \
                           int64_t channels, int64_t size, int64_t stride) {                     \
    unpool_body(dy, index, dx, pixels, channels, size, stride);                                  \
  }                                                                                              \
  MULTIVERSION void add(const T *x, T *y, int64_t count) { add_body(x, y, count); }              \
  MULTIVERSION void blend(const T *x, const T *y, float share_of_x, float *out, int64_t count) { \
    blend_body(x, y, share_of_x, out, count);                                                    \
  }                                                                                              \
  MULTIVERSION void upsample(const float *x, T *out, int64_t pixels, int64_t channels,           \
                             int64_t stride) {                                                   \
    upsample_body(x, out, pixels, channels, stride);                                             \
  }                                                                                              \
  MULTIVERSION void upsample_adjoint(const T *dy, float *out, int64_t pixels, int64_t channels,  \
                                     int64_t stride) {                                           \
    upsample_adjoint_body(dy, out, pixels, channels, stride);                                    \
  }                                                                                              \
  MULTIVERSION void upsample_adjoint_across(const float *a, const float *b, const float *c,      \
                                            const float *d, T *out, int64_t count) {             \
    upsample_adjoint_across_body(a, b, c, d, out, count);                                        \
  }

DEFINE_FOR_TYPE(float)
DEFINE_FOR_TYPE(uint16_t)

}  // namespace ckernels::rows
