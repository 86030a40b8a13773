#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "multiversion.h"

// The number of Philox blocks that are computed side by side.
enum { LANES = 64 };
typedef uint32_t words[4][LANES];

// Applies one round of Philox to one block.
ALWAYS_INLINE void philox_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d, uint32_t low,
                                uint32_t high) {
  uint64_t first = (uint64_t)*a * 0xD2511F53u, second = (uint64_t)*c * 0xCD9E8D57u;
  *a = (uint32_t)(second >> 32) ^ *b ^ low;
  *b = (uint32_t)second;
  *c = (uint32_t)(first >> 32) ^ *d ^ high;
  *d = (uint32_t)first;
}

// Applies the ten rounds of Philox to `lanes` blocks.
ALWAYS_INLINE void philox_rounds(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d, int lanes,
                                 uint64_t seed) {
  uint32_t low = (uint32_t)seed, high = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < lanes; i++) philox_round(a + i, b + i, c + i, d + i, low, high);
    low += 0x9E3779B9u;
    high += 0xBB67AE85u;
  }
}

void ckernels_philox(uint32_t state[4], uint64_t seed) {
  philox_rounds(state, state + 1, state + 2, state + 3, 1, seed);
}

// Computes the random words of the LANES blocks from `block`.
ALWAYS_INLINE void draw(ckernels_random_key key, uint64_t block, words w) {
  for (int i = 0; i < LANES; i++) {
    w[0][i] = (uint32_t)(block + (uint64_t)i);
    w[1][i] = (uint32_t)((block + (uint64_t)i) >> 32);
    w[2][i] = key.stream;
    w[3][i] = key.step;
  }
  philox_rounds(w[0], w[1], w[2], w[3], LANES, key.seed);
}

// Computes the natural logarithm of a normal number x in (0, 1], as Cephes' logf does.
ALWAYS_INLINE float logarithm(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  int32_t exponent = (int32_t)(bits >> 23) - 126;
  bits = (bits & 0x007FFFFFu) | 0x3F000000u;
  float m;
  memcpy(&m, &bits, 4);
  int32_t is_low = m < 0.70710678f;
  exponent -= is_low;
  m = (is_low ? m + m : m) - 1.0f;
  float z = m * m, e = (float)exponent;
  float y = 7.0376836292E-2f;
  y = y * m - 1.1514610310E-1f;
  y = y * m + 1.1676998740E-1f;
  y = y * m - 1.2420140846E-1f;
  y = y * m + 1.4249322787E-1f;
  y = y * m - 1.6668057665E-1f;
  y = y * m + 2.0000714765E-1f;
  y = y * m - 2.4999993993E-1f;
  y = y * m + 3.3333331174E-1f;
  y = y * m * z - 2.12194440E-4f * e - 0.5f * z;
  return m + y + 0.693359375f * e;
}

// Computes the cosine and the sine of `turn` 2^24-ths of a circle, as Cephes' cosf and sinf do.
ALWAYS_INLINE void circle(uint32_t turn, float *cosine, float *sine) {
  uint32_t quadrant = (turn + (1u << 21)) >> 22;
  float x = (float)((int32_t)turn - (int32_t)(quadrant << 22)) * 3.7450702829e-07f;  // 2 pi / 2^24
  float z = x * x;
  float s = ((-1.9515295891E-4f * z + 8.3321608736E-3f) * z - 1.6666654611E-1f) * z * x + x;
  float c =
      ((2.443315711809948E-5f * z - 1.388731625493765E-3f) * z + 4.166664568298827E-2f) * z * z -
      0.5f * z + 1.0f;
  int is_odd = quadrant & 1;
  float along = is_odd ? s : c, across = is_odd ? c : s;
  *cosine = (quadrant + 1) & 2 ? -along : along;
  *sine = quadrant & 2 ? -across : across;
}

ALWAYS_INLINE void uniforms(words w, float low, float range, float *out) {
  for (int i = 0; i < LANES; i++) {
    for (int k = 0; k < 4; k++) out[4 * i + k] = low + range * ((float)(w[k][i] >> 8) * 0x1p-24f);
  }
}

ALWAYS_INLINE void normals(words w, float deviation, float *out) {
  float found[4][LANES];
  for (int k = 0; k < 4; k += 2) {
    for (int i = 0; i < LANES; i++) {
      // u lies in (0, 1], so that the logarithm is finite.
      float u = (float)((w[k][i] >> 8) + 1) * 0x1p-24f;
      float radius = deviation * sqrtf(-2.0f * logarithm(u)), cosine, sine;
      circle(w[k + 1][i] >> 8, &cosine, &sine);
      found[k][i] = radius * cosine;
      found[k + 1][i] = radius * sine;
    }
  }
  for (int i = 0; i < LANES; i++) {
    for (int k = 0; k < 4; k++) out[4 * i + k] = found[k][i];
  }
}

// Fills `values` by CONVERT, which converts the words `w` to floats at `out`. Whole groups of
// blocks are written in place, the last group through a buffer.
#define FILL(CONVERT)                                                                       \
  words w;                                                                                  \
  for (int64_t start = 0; start < count; start += 4 * LANES) {                              \
    draw(key, (uint64_t)start / 4, w);                                                      \
    float last[4 * LANES], *out = count - start < 4 * LANES ? last : values + start;        \
    CONVERT;                                                                                \
    if (out == last) memcpy(values + start, last, (size_t)(count - start) * sizeof(float)); \
  }

MULTIVERSION void ckernels_uniforms(ckernels_random_key key, float low, float high, float *values,
                                    int64_t count){FILL(uniforms(w, low, high - low, out))}

MULTIVERSION
    void ckernels_normals(ckernels_random_key key, float deviation, float *values, int64_t count) {
  FILL(normals(w, deviation, out))
}
