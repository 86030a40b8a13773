#include "convolution.hpp"

#include <ATen/native/ConvUtils.h>

#include <tuple>
#include <utility>

#include "CKernels.h"
#include "autograd_saved.hpp"
#include "elements.hpp"
#include "internal/handle.hpp"
#include "unfused.hpp"
#include "winograd.hpp"

// Convolution with a zero or reflected border as one step of differentiation, which saves its input
// or the input's recomputation. It works on the CPU's memory; unfused.cpp serves other devices.

namespace ckernels {

at::Tensor convolve(const at::Tensor &padded, const at::Tensor &kernel, const at::Tensor &bias,
                    const ConvolutionGeometry &geometry) {
  at::Tensor x = channels_last(padded);
  if (winograd::supports(x, kernel, geometry.stride, geometry.zeros())) {
    return winograd::convolve(x, kernel, bias, geometry.zeros());
  }
  return unfused::convolve(x, kernel, bias, geometry.stride, geometry.zeros(), false);
}

namespace {

// Returns true if LibTorch computes the convolution as a matrix product. LibTorch's own backward
// pass would then allocate three arrays as large as the input.
bool is_matrix_product(const at::Tensor &input, const at::Tensor &kernel,
                       const ConvolutionGeometry &geometry) {
  if (kernel.size(2) != 1 || kernel.size(3) != 1 || geometry.stride != 1 || geometry.padding != 0) {
    return false;
  }
  c10::SymInt one(1), zero(0);
  c10::SymInt ones[] = {one, one}, zeros[] = {zero, zero};
  return at::native::select_conv_backend(input, kernel, {}, ones, zeros, ones, false, zeros, one,
                                         std::nullopt) == at::native::ConvBackend::Slow2d;
}

// Computes the input's gradient of a convolution that is a matrix product.
at::Tensor matrix_product_input_gradient(const at::Tensor &gradient, const at::Tensor &kernel) {
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

ConvolutionGradient winograd_backward(at::Tensor gradient, at::Tensor padded,
                                      const at::Tensor &kernel, int64_t zeros,
                                      bool needs_input_gradient) {
  at::Tensor dy = channels_last(std::exchange(gradient, {}));
  at::Tensor kernel_gradient = winograd::kernel_gradient(dy, channels_last(padded), zeros);
  // The input is freed first, because its gradient is as large.
  padded.reset();
  at::Tensor input_gradient;
  if (needs_input_gradient) input_gradient = winograd::input_gradient(dy, kernel, zeros);
  return {input_gradient, kernel_gradient, dy.sum({0, 2, 3})};
}

}  // namespace

ConvolutionGradient convolution_backward(at::Tensor gradient, at::Tensor padded,
                                         const at::Tensor &kernel,
                                         const ConvolutionGeometry &geometry,
                                         bool needs_input_gradient) {
  if (winograd::supports(padded, kernel, geometry.stride, geometry.zeros())) {
    return winograd_backward(std::move(gradient), std::move(padded), kernel, geometry.zeros(),
                             needs_input_gradient);
  }
  at::Tensor weight = kernel.to(gradient.scalar_type());
  auto gradients = [&](bool of_input) {
    return at::convolution_backward(
        gradient, padded, weight, at::OptionalIntArrayRef(at::IntArrayRef{kernel.size(0)}),
        {geometry.stride, geometry.stride}, {geometry.zeros(), geometry.zeros()}, {1, 1}, false,
        {0, 0}, 1, {of_input, !of_input, !of_input});
  };
  auto [none, kernel_gradient, bias_gradient] = gradients(false);
  at::Tensor input_gradient;
  if (needs_input_gradient) {
    bool is_product = is_matrix_product(padded, weight, geometry);
    // The input's memory is freed, because its gradient is as large and needs only its shape.
    if (is_unshared(padded)) padded.storage().unsafeGetStorageImpl()->reset();
    input_gradient =
        is_product ? matrix_product_input_gradient(gradient, weight) : std::get<0>(gradients(true));
  }
  return {input_gradient, kernel_gradient.to(at::kFloat), bias_gradient.to(at::kFloat)};
}

namespace {

at::Tensor pad_by_reflection(const at::Tensor &x, int64_t border) {
  return border > 0 ? at::reflection_pad2d(x, {border, border, border, border}) : x;
}

// Computes the gradient of the input of pad_by_reflection.
at::Tensor reflection_backward(const at::Tensor &dy, int64_t border) {
  if (border == 0) return dy;
  at::Tensor inner =
      dy.narrow(2, border, dy.size(2) - 2 * border).narrow(3, border, dy.size(3) - 2 * border);
  return at::reflection_pad2d_backward(dy, inner, {border, border, border, border});
}

struct Convolution : torch::autograd::Function<Convolution> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &kernel, const at::Tensor &bias,
                            const RecomputationPtr &recomputation, ConvolutionGeometry geometry) {
    save_input(context, input, recomputation);
    context->save_for_backward({kernel});
    save_geometry(context, geometry);
    return convolve(pad_by_reflection(input, geometry.reflected()), kernel, bias, geometry);
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    at::Tensor kernel = context->get_saved_variables()[0];
    ConvolutionGeometry geometry = saved_geometry(context);
    ConvolutionGradient found = convolution_backward(
        take_gradient(gradients), pad_by_reflection(take_input(context), geometry.reflected()),
        kernel, geometry, context->needs_input_grad(0));
    if (found.input.defined()) {
      found.input = reflection_backward(found.input, geometry.reflected());
    }
    return {found.input, found.kernel, found.bias, {}, {}};
  }
};

}  // namespace
}  // namespace ckernels

ctorch_status ckernels_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                              const ctorch_tensor *bias, int64_t stride, int64_t padding,
                              bool reflect_padding, ctorch_tensor **out, char **error) {
  if (ckernels::unfused::is_required(*input, *weight)) {
    return ckernels_unfused_conv2d(input, weight, bias, stride, padding, reflect_padding, out,
                                   error);
  }
  return ctorch::make(out, error, [&] {
    return ckernels::Convolution::apply(
        input->value, weight->value, bias->value, input->recomputation,
        ckernels::ConvolutionGeometry{stride, padding, reflect_padding});
  });
}
