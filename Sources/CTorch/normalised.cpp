#include "composed.hpp"
#include "convolution.hpp"
#include "elements.hpp"
#include "guard.hpp"
#include "normalisation.hpp"
#include "wayback.hpp"

#include <optional>
#include <stdexcept>

// Batch normalisation, leaky ReLU, padding and convolution as one step of differentiation.
//
// As separate steps they would keep four arrays for the way back: the input of the normalisation,
// of the activation, of the padding and of the convolution. This keeps the first, or its recipe,
// and computes the others again, which costs one pass over memory beside two convolutions' worth of
// arithmetic.
//
// It works on the processor's memory; composed.cpp has what runs elsewhere.

namespace ctorch {
namespace {

// activation(x scale + shift)
struct Activated final : Recipe {
  at::Tensor x, scale, shift;
  double slope;

  Activated(at::Tensor x, const Normalisation &norm, double slope)
      : x(std::move(x)), scale(norm.scale), shift(norm.shift), slope(slope) {}
  at::Tensor make() const override { return activated(x, scale, shift, slope, 0); }
};

void save(AutogradContext *context, const at::Tensor &weight, const at::Tensor &bias,
          const Normalisation &norm, const Settings &settings, const at::Tensor &kernel = {}) {
  context->save_for_backward({weight, bias, norm.mean, norm.deviation, kernel});
  context->saved_data["slope"] = settings.slope;
  context->saved_data["training"] = settings.training;
}

Normalisation saved_normalisation(AutogradContext *context, const variable_list &saved) {
  if (!context->saved_data["training"].toBool()) {
    throw std::logic_error("running statistics have no gradient");
  }
  return Normalisation(saved[2], saved[3], saved[0], saved[1]);
}

struct NormalisedActivation : torch::autograd::Function<NormalisedActivation> {
  // Leaves the recipe of the result in `made`.
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const Source &recipe, Settings settings, Source *made) {
    at::Tensor x = channels_last(input);
    auto norm = Normalisation::of(x, weight, bias, running_mean, running_variance, settings);
    keep(context, x, recipe);
    save(context, weight, bias, norm, settings);
    *made = c10::make_intrusive<Activated>(x.detach(), norm, settings.slope);
    return activated(x, norm.scale, norm.shift, settings.slope, 0);
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    Normalisation norm = saved_normalisation(context, context->get_saved_variables());
    at::Tensor dy = channels_last(take(gradients));
    if (!is_sole(dy)) dy = dy.clone();
    InputGradient found =
        gradient_before(take(context), dy, norm, context->saved_data["slope"].toDouble(), 0);
    return {found.x, found.weight, found.bias, {}, {}, {}, {}, {}};
  }
};

struct NormalisedConvolution : torch::autograd::Function<NormalisedConvolution> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const at::Tensor &kernel, const at::Tensor &kernel_bias,
                            const Source &recipe, Settings settings, Geometry geometry) {
    at::Tensor x = channels_last(input);
    auto norm = Normalisation::of(x, weight, bias, running_mean, running_variance, settings);
    keep(context, x, recipe);
    save(context, weight, bias, norm, settings, kernel);
    keep(context, geometry);
    return convolved(activated(x, norm.scale, norm.shift, settings.slope, geometry.border()),
                     kernel, kernel_bias, geometry);
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    variable_list saved = context->get_saved_variables();
    Geometry geometry = kept_geometry(context);
    double slope = context->saved_data["slope"].toDouble();
    Normalisation norm = saved_normalisation(context, saved);
    at::Tensor x = take(context);
    ConvolutionGradient after = convolution_gradient(
        channels_last(take(gradients)),
        activated(x, norm.scale, norm.shift, slope, geometry.border()),
        saved[4], geometry, true);
    InputGradient found =
        gradient_before(x, channels_last(after.input), norm, slope, geometry.border());
    return {found.x, found.weight, found.bias, {}, {}, after.kernel, after.bias, {}, {}, {}};
  }
};

}  // namespace
}  // namespace ctorch

using ctorch::make;
using ctorch::value_or_none;

ctorch_status ctorch_normalised(const ctorch_tensor *input, const ctorch_norm *norm,
                                ctorch_tensor **out, char **error) {
  if (input->value.is_cuda()) return ctorch_composed_normalised(input, norm, out, error);
  return make(out, error, [&] {
    ctorch::Source recipe;
    at::Tensor made = ctorch::NormalisedActivation::apply(
        input->value, norm->weight->value, norm->bias->value, value_or_none(norm->running_mean),
        value_or_none(norm->running_variance), input->recipe,
        ctorch::Settings{norm->training, norm->momentum, norm->epsilon, norm->slope}, &recipe);
    return ctorch::with_recipe(made, recipe);
  });
}

ctorch_status ctorch_normalised_conv2d(const ctorch_tensor *input, const ctorch_norm *norm,
                                       const ctorch_tensor *weight, const ctorch_tensor *bias,
                                       int64_t stride, int64_t padding, bool mirrors,
                                       ctorch_tensor **out, char **error) {
  if (ctorch::composed::serves(*input, *weight)) {
    return ctorch_composed_normalised_conv2d(input, norm, weight, bias, stride, padding, mirrors,
                                             out, error);
  }
  return make(out, error, [&] {
    return ctorch::NormalisedConvolution::apply(
        input->value, norm->weight->value, norm->bias->value, value_or_none(norm->running_mean),
        value_or_none(norm->running_variance), weight->value, bias->value,
        input->recipe, ctorch::Settings{norm->training, norm->momentum, norm->epsilon, norm->slope},
        ctorch::Geometry{stride, padding, mirrors});
  });
}
