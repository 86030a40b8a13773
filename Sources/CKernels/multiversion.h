#pragma once

// MULTIVERSION compiles a function for three generations of x86-64; the fastest one that the
// processor supports is chosen when the program starts. Products and sums are never fused
// (-ffp-contract=off), so all three give the same bits.
#if defined(__x86_64__)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

// Inlines a function into each version of its caller.
#define ALWAYS_INLINE static inline __attribute__((always_inline))
