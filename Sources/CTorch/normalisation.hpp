#pragma once

#include <ATen/ATen.h>

#include <optional>

// Batch normalisation and leaky ReLU on the processor's memory, channels last.
namespace ctorch {

struct Settings {
  bool training;
  double momentum, epsilon, slope;
};

// What a normalisation does to a channel: x scale + shift.
struct Normalisation {
  at::Tensor mean, deviation, scale, shift;

  Normalisation(const at::Tensor &mean, const at::Tensor &deviation, const at::Tensor &weight,
                const at::Tensor &bias)
      : mean(mean), deviation(deviation), scale(weight / deviation), shift(bias - mean * scale) {}

  // Of this batch, by its own statistics, which the running ones follow, or by the running ones.
  static Normalisation of(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                          const std::optional<at::Tensor> &running_mean,
                          const std::optional<at::Tensor> &running_variance,
                          const Settings &settings);
};

// activation(x scale + shift), with `border` mirrored pixels round it.
at::Tensor activated(const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift,
                     double slope, int64_t border);

struct InputGradient {
  at::Tensor x, weight, bias;
};

// The gradients of activation(normalised x) where `dy`, with `border` mirrored pixels round it, is
// that of the result. The one of x lies where `dy` lay.
InputGradient gradient_before(const at::Tensor &x, const at::Tensor &dy, const Normalisation &norm,
                              double slope, int64_t border);

}  // namespace ctorch
