#pragma once

#include <torch/csrc/autograd/custom_function.h>

#include <stdexcept>
#include <utility>

#include "convolution.hpp"
#include "internal/handle.hpp"

// These functions save the tensors that a step of differentiation needs for its backward pass, and
// return them there.

namespace ckernels {

using ctorch::RecomputationPtr;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Returns the given recomputation of `x`, or one that saves `x` if none is given.
inline RecomputationPtr recomputation_or_saved(const at::Tensor &x,
                                               const RecomputationPtr &recomputation) {
  if (recomputation) return recomputation;
  return c10::make_intrusive<ctorch::SavedTensor>(x.detach());
}

// Saves the input `x` of a step, as its recomputation if there is one.
inline void save_input(AutogradContext *context, const at::Tensor &x,
                       const RecomputationPtr &recomputation) {
  context->saved_data["input"] = at::IValue::make_capsule(recomputation_or_saved(x, recomputation));
}

inline void save_geometry(AutogradContext *context, const ConvolutionGeometry &geometry) {
  context->saved_data["stride"] = geometry.stride;
  context->saved_data["padding"] = geometry.padding;
  context->saved_data["reflect_padding"] = geometry.reflect_padding;
}

inline ConvolutionGeometry saved_geometry(AutogradContext *context) {
  return {context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt(),
          context->saved_data["reflect_padding"].toBool()};
}

// Returns the saved input and removes it. Its memory is freed as soon as the caller releases it,
// while variables that LibTorch saves remain until the whole step is over.
inline at::Tensor take_input(AutogradContext *context) {
  auto found = context->saved_data.find("input");
  if (found == context->saved_data.end()) throw std::logic_error("differentiated twice");
  auto saved = found->second.toCapsule();
  context->saved_data.erase(found);
  return static_cast<const ctorch::Recomputation &>(*saved).compute();
}

// Returns the gradient of a step's only result and removes it from `gradients`.
inline at::Tensor take_gradient(variable_list &gradients) {
  return std::exchange(gradients[0], {});
}

// Returns true if `x` is the only reference to its memory, which may then be overwritten.
inline bool is_unshared(const at::Tensor &x) {
  return x.use_count() == 1 && x.storage().use_count() == 1;
}

}  // namespace ckernels
