#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/grad_mode.h>
#include <torch/headeronly/version.h>

#include <cstdlib>

#include "internal/handle.hpp"

using ctorch::guard;

void ctorch_free(char *text) { free(text); }

ctorch_status ctorch_version(char **text, char **error) {
  return guard(error, [&] { *text = ctorch::copy(TORCH_VERSION); });
}

ctorch_status ctorch_instruction_set(char **text, char **error) {
  return guard(error, [&] { *text = ctorch::copy(at::get_cpu_capability()); });
}

ctorch_status ctorch_set_threads(int32_t count, char **error) {
  return guard(error, [&] { at::set_num_threads(count); });
}

ctorch_status ctorch_threads(int32_t *count, char **error) {
  return guard(error, [&] { *count = at::get_num_threads(); });
}

ctorch_status ctorch_set_flush_denormal(bool on, char **error) {
  return guard(error, [&] { at::globalContext().setFlushDenormal(on); });
}

ctorch_status ctorch_set_grad_enabled(bool on, bool *before, char **error) {
  return guard(error, [&] {
    *before = at::GradMode::is_enabled();
    at::GradMode::set_enabled(on);
  });
}

ctorch_status ctorch_has_bfloat16(bool *has, char **error) {
  return guard(error, [&] {
#if defined(__x86_64__)
    *has = __builtin_cpu_supports("avx512bf16");
#else
    *has = false;
#endif
  });
}
