#ifndef CRANDOM_H
#define CRANDOM_H

#include <stdint.h>

// Random numbers as a pure function of a counter, many at a time: Philox 4x32-10 (Salmon, Moraes,
// Dror and Shaw 2011). The same bits on every processor.

// What the numbers are drawn for: two words of the counter; the other two count blocks of four.
typedef struct {
  uint64_t seed;
  uint32_t place, step;
} crandom_counter;

// One block of Philox: `state` is the counter and becomes its 128 random bits.
void crandom_philox(uint32_t state[4], uint64_t seed);

// `count` values uniform in [low, high): multiples of 2^-24 of the range, of which 1 is none.
void crandom_uniforms(crandom_counter counter, float low, float high, float *values, int64_t count);

// `count` values of a normal distribution of mean 0, by Box and Muller.
void crandom_normals(crandom_counter counter, float deviation, float *values, int64_t count);

#endif
