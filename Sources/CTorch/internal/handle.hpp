#pragma once

// The C++ types behind the handles of CTorch.h, for the sources of CTorch and CKernels only.

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstring>
#include <exception>
#include <optional>
#include <string>

#include "CTorch.h"
#include "recompute.hpp"

// The tensor behind a handle.
struct ctorch_tensor {
  at::Tensor value;
  // Computes `value` again. It is null if that is not possible or if nothing is differentiated.
  ctorch::RecomputationPtr recomputation = {};
};

namespace ctorch {

// Copies a text into memory that the caller frees with ctorch_free.
inline char *copy(const std::string &text) { return strdup(text.c_str()); }

// Makes the handle of a tensor that the next layer's backward pass may compute again.
inline ctorch_tensor recomputable(const at::Tensor &value, const RecomputationPtr &recomputation) {
  return {value, value.requires_grad() ? recomputation : RecomputationPtr()};
}

// Returns the tensor of an argument that may be NULL.
inline std::optional<at::Tensor> value_or_none(const ctorch_tensor *tensor) {
  return tensor ? std::optional(tensor->value) : std::nullopt;
}

// Runs `body` and turns an exception into a status and a text, because no C++ exception may leave
// an extern "C" function. The status is 2 if a GPU has not enough memory and 1 for other failures.
template <typename Body>
ctorch_status guard(char **error, Body body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::OutOfMemoryError &failure) {
    *error = copy(failure.what_without_backtrace());
    return 2;
  } catch (const c10::Error &failure) {
    *error = copy(failure.what_without_backtrace());
  } catch (const std::exception &failure) {
    *error = copy(failure.what());
  } catch (...) {
    *error = copy("an unknown exception");
  }
  return 1;
}

// Runs a `body` that returns a tensor, and gives the caller a handle to it.
template <typename Body>
ctorch_status make(ctorch_tensor **out, char **error, Body body) noexcept {
  return guard(error, [&] { *out = new ctorch_tensor{body()}; });
}

}  // namespace ctorch
