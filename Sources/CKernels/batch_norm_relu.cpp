#include <optional>
#include <stdexcept>

#include "CKernels.h"
#include "autograd_saved.hpp"
#include "batch_norm.hpp"
#include "convolution.hpp"
#include "elements.hpp"
#include "internal/handle.hpp"
#include "unfused.hpp"

// Batch normalisation, leaky ReLU, padding and convolution as one step of differentiation.
//
// As separate steps they would save four arrays for the backward pass: the inputs of the
// normalisation, of the activation, of the padding and of the convolution. This step saves only the
// first or its recomputation, and computes the others again. That costs one pass over memory, which
// is little compared with the arithmetic of the backward pass's two convolutions.
//
// It works on the CPU's memory; unfused.cpp serves other devices.

namespace ckernels {
namespace {

// Computes activation(x scale + shift) again.
struct RecomputedActivation final : ctorch::Recomputation {
  at::Tensor x, scale, shift;
  double slope;

  RecomputedActivation(at::Tensor x, const ChannelNorm &norm, double slope)
      : x(std::move(x)), scale(norm.scale), shift(norm.shift), slope(slope) {}
  at::Tensor compute() const override { return normalise_activate(x, scale, shift, slope, 0); }
};

void save_norm(AutogradContext *context, const at::Tensor &weight, const at::Tensor &bias,
               const ChannelNorm &norm, const BatchNormSettings &settings,
               const at::Tensor &kernel = {}) {
  context->save_for_backward({weight, bias, norm.mean, norm.deviation, kernel});
  context->saved_data["slope"] = settings.slope;
  context->saved_data["training"] = settings.training;
}

ChannelNorm saved_norm(AutogradContext *context, const variable_list &saved) {
  if (!context->saved_data["training"].toBool()) {
    throw std::logic_error("a normalisation by running statistics has no gradient");
  }
  return ChannelNorm(saved[2], saved[3], saved[0], saved[1]);
}

struct BatchNormReLU : torch::autograd::Function<BatchNormReLU> {
  // Stores the recomputation of the result in `result_recomputation`.
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const RecomputationPtr &recomputation, BatchNormSettings settings,
                            RecomputationPtr *result_recomputation) {
    at::Tensor x = channels_last(input);
    auto norm = ChannelNorm::of(x, weight, bias, running_mean, running_variance, settings);
    save_input(context, x, recomputation);
    save_norm(context, weight, bias, norm, settings);
    *result_recomputation =
        c10::make_intrusive<RecomputedActivation>(x.detach(), norm, settings.slope);
    return normalise_activate(x, norm.scale, norm.shift, settings.slope, 0);
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    ChannelNorm norm = saved_norm(context, context->get_saved_variables());
    at::Tensor dy = channels_last(take_gradient(gradients));
    if (!is_unshared(dy)) dy = dy.clone();
    BatchNormGradient found = batch_norm_relu_backward(take_input(context), dy, norm,
                                                       context->saved_data["slope"].toDouble(), 0);
    return {found.x, found.weight, found.bias, {}, {}, {}, {}, {}};
  }
};

struct BatchNormReLUConv2d : torch::autograd::Function<BatchNormReLUConv2d> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const at::Tensor &kernel, const at::Tensor &kernel_bias,
                            const RecomputationPtr &recomputation, BatchNormSettings settings,
                            ConvolutionGeometry geometry) {
    at::Tensor x = channels_last(input);
    auto norm = ChannelNorm::of(x, weight, bias, running_mean, running_variance, settings);
    save_input(context, x, recomputation);
    save_norm(context, weight, bias, norm, settings, kernel);
    save_geometry(context, geometry);
    return convolve(
        normalise_activate(x, norm.scale, norm.shift, settings.slope, geometry.reflected()), kernel,
        kernel_bias, geometry);
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    variable_list saved = context->get_saved_variables();
    ConvolutionGeometry geometry = saved_geometry(context);
    double slope = context->saved_data["slope"].toDouble();
    ChannelNorm norm = saved_norm(context, saved);
    at::Tensor x = take_input(context);
    ConvolutionGradient convolution = convolution_backward(
        channels_last(take_gradient(gradients)),
        normalise_activate(x, norm.scale, norm.shift, slope, geometry.reflected()), saved[4],
        geometry, true);
    BatchNormGradient found = batch_norm_relu_backward(x, channels_last(convolution.input), norm,
                                                       slope, geometry.reflected());
    return {found.x,          found.weight, found.bias, {}, {}, convolution.kernel,
            convolution.bias, {},           {},         {}};
  }
};

}  // namespace
}  // namespace ckernels

namespace {

ckernels::BatchNormSettings settings_of(const ckernels_batch_norm &norm) {
  return {norm.training, norm.momentum, norm.epsilon, norm.slope};
}

}  // namespace

using ctorch::make;
using ctorch::value_or_none;

ctorch_status ckernels_batch_norm_relu(const ctorch_tensor *input, const ckernels_batch_norm *norm,
                                       ctorch_tensor **out, char **error) {
  if (input->value.is_cuda()) return ckernels_unfused_batch_norm_relu(input, norm, out, error);
  return make(out, error, [&] {
    ctorch::RecomputationPtr recomputation;
    at::Tensor result = ckernels::BatchNormReLU::apply(
        input->value, norm->weight->value, norm->bias->value, value_or_none(norm->running_mean),
        value_or_none(norm->running_variance), input->recomputation, settings_of(*norm),
        &recomputation);
    return ctorch::recomputable(result, recomputation);
  });
}

ctorch_status ckernels_batch_norm_relu_conv2d(const ctorch_tensor *input,
                                              const ckernels_batch_norm *norm,
                                              const ctorch_tensor *weight,
                                              const ctorch_tensor *bias, int64_t stride,
                                              int64_t padding, bool reflect_padding,
                                              ctorch_tensor **out, char **error) {
  if (ckernels::unfused::is_required(*input, *weight)) {
    return ckernels_unfused_batch_norm_relu_conv2d(input, norm, weight, bias, stride, padding,
                                                   reflect_padding, out, error);
  }
  return make(out, error, [&] {
    return ckernels::BatchNormReLUConv2d::apply(
        input->value, norm->weight->value, norm->bias->value, value_or_none(norm->running_mean),
        value_or_none(norm->running_variance), weight->value, bias->value, input->recomputation,
        settings_of(*norm), ckernels::ConvolutionGeometry{stride, padding, reflect_padding});
  });
}
