#include "winograd_transforms.hpp"

#include "multiversion.h"

#define UNROLLED _Pragma("clang loop unroll(full)")

namespace ckernels::winograd {
namespace {

// The points of interpolation are +-p and +-q, where p q = 1, p^2 = 1/2 and q^2 = 2.
constexpr float p = 0.70710678118654752440f, q = 1.41421356237309504880f;

// Names rows of a transform that are computed together because they share sums. All rows at once
// need more registers than there are, and spilling them takes longer than loading the pixels again.
template <int... numbers>
struct Rows {};

// The rows of a transform to the six points: +-p share their sums, and so do +-q.
struct ToPoints {
  static constexpr int to = 6;

  template <typename Body>
  ALWAYS_INLINE void for_each_group(Body body) {
    body(Rows<0, 5>());
    body(Rows<1, 2>());
    body(Rows<3, 4>());
  }
};

// Applies B^T, the coefficients of the polynomials that vanish at all points but one.
struct Input : ToPoints {
  static constexpr int from = 6;

  ALWAYS_INLINE void apply(const float *d, float *t) {
    float even = d[4] - 2 * d[2], odd = p * d[3] - q * d[1];
    float even_q = d[4] - 0.5f * d[2], odd_q = q * d[3] - p * d[1];
    t[0] = d[0] - 2.5f * d[2] + d[4];
    t[1] = even + odd;
    t[2] = even - odd;
    t[3] = even_q + odd_q;
    t[4] = even_q - odd_q;
    t[5] = d[1] - 2.5f * d[3] + d[5];
  }
};

// Applies A^T, whose row k holds the k-th powers of the points.
struct Result {
  static constexpr int from = 6, to = 4;

  template <typename Body>
  ALWAYS_INLINE void for_each_group(Body body) {
    body(Rows<0, 2>());
    body(Rows<1, 3>());
  }

  ALWAYS_INLINE void apply(const float *m, float *y) {
    float even = m[1] + m[2], odd = m[1] - m[2], even_q = m[3] + m[4], odd_q = m[3] - m[4];
    y[0] = m[0] + even + even_q;
    y[1] = p * odd + q * odd_q;
    y[2] = 0.5f * even + 2 * even_q;
    y[3] = 0.5f * p * odd + 2 * q * odd_q + m[5];
  }
};

// Applies A.
struct ResultAdjoint : ToPoints {
  static constexpr int from = 4;

  ALWAYS_INLINE void apply(const float *y, float *m) {
    float even = y[0] + 0.5f * y[2], odd = p * y[1] + 0.5f * p * y[3];
    float even_q = y[0] + 2 * y[2], odd_q = q * y[1] + 2 * q * y[3];
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = even_q + odd_q;
    m[4] = even_q - odd_q;
    m[5] = y[3];
  }
};

// The reciprocals of the products of distances from +-p and from +-q to the other points.
constexpr float by_p = -2.0f / 3, by_q = 1.0f / 6;

// Applies G, which evaluates the kernel at the points.
struct Kernel : ToPoints {
  static constexpr int from = 3;

  ALWAYS_INLINE void apply(const float *g, float *u) {
    float even = by_p * (g[0] + 0.5f * g[2]), odd = by_p * p * g[1];
    float even_q = by_q * (g[0] + 2 * g[2]), odd_q = by_q * q * g[1];
    u[0] = g[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = even_q + odd_q;
    u[4] = even_q - odd_q;
    u[5] = g[2];
  }
};

// Applies G^T.
struct KernelAdjoint {
  static constexpr int from = 6, to = 3;

  template <typename Body>
  ALWAYS_INLINE void for_each_group(Body body) {
    body(Rows<0, 2>());
    body(Rows<1>());
  }

  ALWAYS_INLINE void apply(const float *u, float *g) {
    float even = by_p * (u[1] + u[2]), odd = by_p * (u[1] - u[2]);
    float even_q = by_q * (u[3] + u[4]), odd_q = by_q * (u[3] - u[4]);
    g[0] = u[0] + even + even_q;
    g[1] = p * odd + q * odd_q;
    g[2] = 0.5f * even + 2 * even_q + u[5];
  }
};

// Computes the given rows of y = S x S^T, for the lanes in [first, last), `width` at a time.
template <typename Transform, int width, int... rows, typename Load, typename Store>
ALWAYS_INLINE void transform(Rows<rows...>, int64_t first, int64_t last, Load load, Store store) {
  constexpr int count = sizeof...(rows), row[] = {rows...};
#pragma clang loop vectorize(assume_safety) vectorize_width(width)
  for (int64_t c = first; c < last; c++) {
    float half[count * Transform::from], column[Transform::from], found[Transform::to];
    UNROLLED for (int j = 0; j < Transform::from; j++) {
      UNROLLED for (int i = 0; i < Transform::from; i++) column[i] =
          load(i * Transform::from + j, c);
      Transform::apply(column, found);
      UNROLLED for (int r = 0; r < count; r++) half[r * Transform::from + j] = found[row[r]];
    }
    UNROLLED for (int r = 0; r < count; r++) {
      Transform::apply(half + r * Transform::from, found);
      UNROLLED for (int k = 0; k < Transform::to; k++)
          store(row[r] * Transform::to + k, c, found[k]);
    }
  }
}

// Computes y = S x S^T for `count` lanes. Networks have multiples of 4 channels, few of 16.
template <typename Transform, typename Load, typename Store>
ALWAYS_INLINE void transform(int64_t count, Load load, Store store) {
  int64_t wide = count / 16 * 16;
  Transform::for_each_group([&](auto rows) __attribute__((always_inline)) {
    transform<Transform, 16>(rows, 0, wide, load, store);
    transform<Transform, 4>(rows, wide, count, load, store);
  });
}

// A local copy of the pixels' addresses, of which the compiler knows that no result overwrites it.
template <int count, typename Pixel>
struct Addresses {
  Pixel *address[count];

  ALWAYS_INLINE Addresses copying(Pixel *const *pixels) {
    Addresses found;
    UNROLLED for (int k = 0; k < count; k++) found.address[k] = pixels[k];
    return found;
  }
};

template <typename Transform>
ALWAYS_INLINE void from_pixels(const float *const *pixels, float *out, int64_t plane,
                               int64_t channels) {
  auto from = Addresses<Transform::from * Transform::from, const float>::copying(pixels);
  transform<Transform>(
      channels, [&](int k, int64_t c) { return from.address[k][c]; },
      [&](int k, int64_t c, float value) { out[k * plane + c] = value; });
}

// Applies a transform whose results are pixels; `finish` maps each value of a channel before it is
// stored.
template <typename Transform, typename Finish>
ALWAYS_INLINE void to_pixels(const float *in, int64_t plane, float *const *pixels, int64_t channels,
                             Finish finish) {
  auto to = Addresses<Transform::to * Transform::to, float>::copying(pixels);
  transform<Transform>(
      channels, [&](int k, int64_t c) { return in[k * plane + c]; },
      [&](int k, int64_t c, float value) { to.address[k][c] = finish(value, c); });
}

}  // namespace

MULTIVERSION void transform_input_tile(const float *const *pixels, float *out, int64_t plane,
                                       int64_t channels) {
  from_pixels<Input>(pixels, out, plane, channels);
}

MULTIVERSION void transform_result_tile(const float *in, int64_t plane, const float *bias,
                                        float *const *pixels, int64_t channels) {
  to_pixels<Result>(in, plane, pixels, channels,
                    [&](float value, int64_t c) { return value + bias[c]; });
}

MULTIVERSION void transform_gradient_tile(const float *const *pixels, float *out, int64_t plane,
                                          int64_t channels) {
  from_pixels<ResultAdjoint>(pixels, out, plane, channels);
}

MULTIVERSION void transform_kernel(const float *const *pixels, float *out, int64_t plane,
                                   int64_t channels) {
  from_pixels<Kernel>(pixels, out, plane, channels);
}

MULTIVERSION void transform_kernel_gradient(const float *in, int64_t plane, float *const *pixels,
                                            int64_t channels) {
  to_pixels<KernelAdjoint>(in, plane, pixels, channels, [](float value, int64_t) { return value; });
}

}  // namespace ckernels::winograd
