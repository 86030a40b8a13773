#pragma once

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

namespace ctorch {

// A recomputation computes a tensor again, with the same bits.
//
// A layer saves the recomputation of its input for its backward pass instead of the input itself.
// Computing a normalised or concatenated tensor takes one pass over memory, the result of a
// convolution is saved anyway, and large activations are nearly all the memory of a training step.
struct Recomputation : torch::CustomClassHolder {
  virtual at::Tensor compute() const = 0;
};

using RecomputationPtr = c10::intrusive_ptr<Recomputation>;

// The recomputation of a tensor that is too expensive to compute again: it returns the saved
// tensor.
struct SavedTensor final : Recomputation {
  at::Tensor tensor;

  explicit SavedTensor(at::Tensor tensor) : tensor(std::move(tensor)) {}
  at::Tensor compute() const override { return tensor; }
};

}  // namespace ctorch
