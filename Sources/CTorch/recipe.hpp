#pragma once

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

namespace ctorch {

// How an array can be computed again, to the same bits. Layers keep that of their input for the way
// back, not the array: what a normalisation or a join gives takes one pass over memory, what a
// convolution gives is kept anyway, and large arrays are all the memory that a step takes.
struct Recipe : torch::CustomClassHolder {
  virtual at::Tensor make() const = 0;
};

using Source = c10::intrusive_ptr<Recipe>;

// The recipe of an array that is kept.
struct Kept final : Recipe {
  at::Tensor array;

  explicit Kept(at::Tensor array) : array(std::move(array)) {}
  at::Tensor make() const override { return array; }
};

}  // namespace ctorch
