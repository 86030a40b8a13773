#pragma once

#include "convolution.hpp"
#include "guard.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <stdexcept>
#include <utility>

namespace ctorch {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The recipe of `x`: the given one, or to keep it where there is none.
inline Source recipe_of(const at::Tensor &x, const Source &recipe) {
  if (recipe) return recipe;
  return c10::make_intrusive<Kept>(x.detach());
}

// What a step of differentiation keeps of its input `x`.
inline void keep(AutogradContext *context, const at::Tensor &x, const Source &recipe) {
  context->saved_data["source"] = at::IValue::make_capsule(recipe_of(x, recipe));
}

inline void keep(AutogradContext *context, const Geometry &geometry) {
  context->saved_data["stride"] = geometry.stride;
  context->saved_data["padding"] = geometry.padding;
  context->saved_data["mirrors"] = geometry.mirrors;
}

inline Geometry kept_geometry(AutogradContext *context) {
  return {context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt(),
          context->saved_data["mirrors"].toBool()};
}

// The input again. It is no longer kept then: it goes as soon as its caller lets go of it, while
// variables that LibTorch saves stay until the step is over.
inline at::Tensor take(AutogradContext *context) {
  auto found = context->saved_data.find("source");
  if (found == context->saved_data.end()) throw std::logic_error("differentiated twice");
  auto kept = found->second.toCapsule();
  context->saved_data.erase(found);
  return static_cast<const Recipe &>(*kept).make();
}

// The one gradient of a step with one result; nobody else holds it then, unless it is shared.
inline at::Tensor take(variable_list &gradients) { return std::exchange(gradients[0], {}); }

// Whether nothing else has the memory of `x`.
inline bool is_sole(const at::Tensor &x) {
  return x.use_count() == 1 && x.storage().use_count() == 1;
}

}  // namespace ctorch
