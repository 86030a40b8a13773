#pragma once

// One body, compiled for three generations of x86-64 and chosen when the program starts. No product
// and sum are fused (-ffp-contract=off), so that all three give the same bits.
#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
