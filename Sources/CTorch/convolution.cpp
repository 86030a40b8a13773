#include "convolution.hpp"

#include "composed.hpp"
#include "elements.hpp"
#include "guard.hpp"
#include "wayback.hpp"
#include "winograd.hpp"

#include <ATen/native/ConvUtils.h>

#include <tuple>
#include <utility>

// Convolution with a zero or mirrored border as one step of differentiation, which keeps the recipe
// of its input. On the processor's memory; composed.cpp has what runs elsewhere.

namespace ctorch {

at::Tensor convolved(const at::Tensor &input, const at::Tensor &kernel, const at::Tensor &bias,
                     const Geometry &geometry) {
  at::Tensor x = channels_last(input);
  if (winograd::serves(x, kernel, geometry.stride, geometry.zeros())) {
    return winograd::convolved(x, kernel, bias, geometry.zeros());
  }
  return composed::convolved(x, kernel, bias, geometry.stride, geometry.zeros(), false);
}

namespace {

// Whether LibTorch has the convolution done by products of matrices, of which its own way back
// makes three arrays as large as the input.
bool is_product(const at::Tensor &input, const at::Tensor &kernel, const Geometry &geometry) {
  if (kernel.size(2) != 1 || kernel.size(3) != 1 || geometry.stride != 1 || geometry.padding != 0) {
    return false;
  }
  c10::SymInt one(1), zero(0);
  c10::SymInt ones[] = {one, one}, zeros[] = {zero, zero};
  return at::native::select_conv_backend(input, kernel, {}, ones, zeros, ones, false, zeros, one,
                                         std::nullopt) == at::native::ConvBackend::Slow2d;
}

// The input's gradient of such a convolution.
at::Tensor product_gradient(const at::Tensor &gradient, const at::Tensor &kernel) {
  int64_t pixels = gradient.size(2) * gradient.size(3);
  at::Tensor matrix = kernel.reshape({kernel.size(0), kernel.size(1)});
  at::Tensor found =
      empty_channels_last(gradient, kernel.size(1), gradient.size(2), gradient.size(3));
  auto rows = [&](const at::Tensor &image) {
    return image.permute({1, 2, 0}).reshape({pixels, image.size(0)});
  };
  for (int64_t n = 0; n < gradient.size(0); n++) {
    at::Tensor result = rows(found[n]);
    at::mm_out(result, rows(gradient[n]), matrix);
  }
  return found;
}

ConvolutionGradient winograd_gradient(at::Tensor gradient, at::Tensor input,
                                      const at::Tensor &kernel, int64_t zeros,
                                      bool is_input_wanted) {
  at::Tensor dy = channels_last(std::exchange(gradient, {}));
  at::Tensor of_kernel = winograd::kernel_gradient(dy, channels_last(input), zeros);
  // The gradient of the input is as large.
  input.reset();
  at::Tensor of_input;
  if (is_input_wanted) of_input = winograd::input_gradient(dy, kernel, zeros);
  return {of_input, of_kernel, dy.sum({0, 2, 3})};
}

}  // namespace

ConvolutionGradient convolution_gradient(at::Tensor gradient, at::Tensor input,
                                         const at::Tensor &kernel, const Geometry &geometry,
                                         bool is_input_wanted) {
  if (winograd::serves(input, kernel, geometry.stride, geometry.zeros())) {
    return winograd_gradient(std::move(gradient), std::move(input), kernel, geometry.zeros(),
                             is_input_wanted);
  }
  at::Tensor weight = kernel.to(gradient.scalar_type());
  auto part = [&](bool of_input) {
    return at::convolution_backward(
        gradient, input, weight, at::OptionalIntArrayRef(at::IntArrayRef{kernel.size(0)}),
        {geometry.stride, geometry.stride}, {geometry.zeros(), geometry.zeros()}, {1, 1}, false,
        {0, 0}, 1, {of_input, !of_input, !of_input});
  };
  auto [none, of_kernel, of_bias] = part(false);
  at::Tensor of_input;
  if (is_input_wanted) {
    bool by_product = is_product(input, weight, geometry);
    // From here on only its shape is needed, and the gradient is as large.
    if (is_sole(input)) input.storage().unsafeGetStorageImpl()->reset();
    of_input = by_product ? product_gradient(gradient, weight) : std::get<0>(part(true));
  }
  return {of_input, of_kernel.to(at::kFloat), of_bias.to(at::kFloat)};
}

namespace {

at::Tensor bordered(const at::Tensor &x, int64_t border) {
  return border > 0 ? at::reflection_pad2d(x, {border, border, border, border}) : x;
}

// The adjoint of the mirrored border.
at::Tensor unbordered(const at::Tensor &dy, int64_t border) {
  if (border == 0) return dy;
  at::Tensor inner = dy.narrow(2, border, dy.size(2) - 2 * border)
                         .narrow(3, border, dy.size(3) - 2 * border);
  return at::reflection_pad2d_backward(dy, inner, {border, border, border, border});
}

struct Convolution : torch::autograd::Function<Convolution> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &kernel, const at::Tensor &bias,
                            const Source &recipe, Geometry geometry) {
    keep(context, input, recipe);
    context->save_for_backward({kernel});
    keep(context, geometry);
    return convolved(bordered(input, geometry.border()), kernel, bias, geometry);
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    at::Tensor kernel = context->get_saved_variables()[0];
    Geometry geometry = kept_geometry(context);
    ConvolutionGradient found =
        convolution_gradient(take(gradients), bordered(take(context), geometry.border()), kernel,
                             geometry, context->needs_input_grad(0));
    if (found.input.defined()) found.input = unbordered(found.input, geometry.border());
    return {found.input, found.kernel, found.bias, {}, {}};
  }
};

}  // namespace
}  // namespace ctorch

ctorch_status ctorch_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                            const ctorch_tensor *bias, int64_t stride, int64_t padding,
                            bool mirrors, ctorch_tensor **out, char **error) {
  if (ctorch::composed::serves(*input, *weight)) {
    return ctorch_composed_conv2d(input, weight, bias, stride, padding, mirrors, out, error);
  }
  return ctorch::make(out, error, [&] {
    return ctorch::Convolution::apply(input->value, weight->value, bias->value, input->recipe,
                                      ctorch::Geometry{stride, padding, mirrors});
  });
}
