#include <cstdlib>
#include <string_view>

#include "CKernels.h"

// Overrides MKL's vendor check, so that its AVX-512 kernels are used on AMD processors too.
//
// LibTorch contains MKL. Before MKL looks at a processor's instruction sets it calls
// mkl_serv_intel_cpu_true, and uses AVX2 at most if that says that Intel did not make the
// processor. If a program defines a function of this name, MKL calls it instead of its own.
// README.md has the measurement and the switch.

bool ckernels_passes_vendor_check(bool is_intel, bool has_avx512, const char *vendor_check,
                                  const char *compatible_mode) {
  if (is_intel) return true;
  bool is_switched_off = vendor_check && std::string_view(vendor_check) == "1";
  // In compatible mode (portable numerics) results must have the bits of any vendor's processor.
  return has_avx512 && !is_switched_off && compatible_mode == nullptr;
}

extern "C" __attribute__((visibility("default"))) int mkl_serv_intel_cpu_true() {
#if defined(__x86_64__)
  bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return ckernels_passes_vendor_check(__builtin_cpu_is("intel"), has_avx512,
                                      getenv("DIPPER_MKL_VENDOR_CHECK"), getenv("MKL_CBWR"));
#else
  return false;
#endif
}
