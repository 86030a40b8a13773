#include <cstdlib>

// MKL, which LibTorch is built of, asks who made the processor before it looks at what it can do:
// on AMD's it takes its code for AVX2. This definition is found before its own and lets AVX-512
// count, by whomever: products of matrices take less than half the time. Older processors keep
// what MKL chooses for them, and so does portable mode, whose bits are those of any maker.
extern "C" __attribute__((visibility("default"))) int mkl_serv_intel_cpu_true() {
#if defined(__x86_64__)
  if (__builtin_cpu_is("intel")) return true;
  return getenv("MKL_CBWR") == nullptr && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}
