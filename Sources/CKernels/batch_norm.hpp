#pragma once

#include <ATen/ATen.h>

#include <optional>

// Batch normalisation (Ioffe and Szegedy 2015) and leaky ReLU in the CPU's memory, channels last.
namespace ckernels {

struct BatchNormSettings {
  bool training;
  double momentum, epsilon, slope;
};

// The affine map x scale + shift of every channel, and the statistics from which it was made.
struct ChannelNorm {
  at::Tensor mean, deviation, scale, shift;

  ChannelNorm(const at::Tensor &mean, const at::Tensor &deviation, const at::Tensor &weight,
              const at::Tensor &bias)
      : mean(mean), deviation(deviation), scale(weight / deviation), shift(bias - mean * scale) {}

  // Normalises by the statistics of `x` in training, which also moves the running ones, and
  // otherwise by the running statistics.
  static ChannelNorm of(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                        const std::optional<at::Tensor> &running_mean,
                        const std::optional<at::Tensor> &running_variance,
                        const BatchNormSettings &settings);
};

// Computes activation(x scale + shift) with `border` pixels of reflection on each side.
at::Tensor normalise_activate(const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift,
                              double slope, int64_t border);

struct BatchNormGradient {
  at::Tensor x, weight, bias;
};

// Computes the gradients of normalise_activate with the batch's own statistics, from the gradient
// `dy` of its result with `border` pixels of reflection. The gradient of x overwrites `dy`.
BatchNormGradient batch_norm_relu_backward(const at::Tensor &x, const at::Tensor &dy,
                                           const ChannelNorm &norm, double slope, int64_t border);

}  // namespace ckernels
