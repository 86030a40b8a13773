#pragma once

#include "CTorch.h"
#include "recipe.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstring>
#include <exception>
#include <optional>
#include <string>

struct ctorch_tensor {
  at::Tensor value;
  // Of the value, where it is differentiated and need not be kept for that.
  ctorch::Source recipe = {};
};

namespace ctorch {

inline char *copy(const std::string &text) { return strdup(text.c_str()); }

// A result that need not be kept for the way back.
inline ctorch_tensor with_recipe(const at::Tensor &value, const Source &recipe) {
  return {value, value.requires_grad() ? recipe : Source()};
}

// Of an argument that may be NULL.
inline std::optional<at::Tensor> value_or_none(const ctorch_tensor *tensor) {
  return tensor ? std::optional(tensor->value) : std::nullopt;
}

// Runs `body` and turns whatever it throws into a text: nothing may leave an extern "C" function. 2
// is a GPU without enough memory, 1 everything else.
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

// The same for bodies that make a tensor.
template <typename Body>
ctorch_status make(ctorch_tensor **out, char **error, Body body) noexcept {
  return guard(error, [&] { *out = new ctorch_tensor{body()}; });
}

}  // namespace ctorch
