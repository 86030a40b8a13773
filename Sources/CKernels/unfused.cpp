#include "unfused.hpp"

#include <stdexcept>

#include "autograd_saved.hpp"
#include "elements.hpp"

namespace ckernels::unfused {
namespace {

// Gives the `groups` parts of the channels an axis of their own: (N, groups, channels, H, W).
at::Tensor channel_groups(const at::Tensor &x, int64_t groups) {
  return x.unflatten(1, {groups, -1});
}

// Pads images by `pixels` pixels of reflection on each side.
struct ReflectionPad : torch::autograd::Function<ReflectionPad> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, int64_t pixels) {
    context->saved_data["pixels"] = pixels;
    int64_t height = x.size(2), width = x.size(3);
    if (pixels >= height || pixels >= width)
      throw std::length_error("the image is too small for its reflected border");
    at::Tensor out = empty_channels_last(x, x.size(1), height + 2 * pixels, width + 2 * pixels);
    at::Tensor rows = out.narrow(2, pixels, height);
    rows.narrow(3, pixels, width).copy_(x);
    border(rows, 3, pixels, [](at::Tensor outer, at::Tensor inner) { outer.copy_(inner); });
    border(out, 2, pixels, [](at::Tensor outer, at::Tensor inner) { outer.copy_(inner); });
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    int64_t pixels = context->saved_data["pixels"].toInt();
    at::Tensor dy = take_gradient(gradients);
    if (!is_unshared(dy)) dy = dy.clone();
    border(dy, 2, pixels, [](at::Tensor outer, at::Tensor inner) { inner.add_(outer); });
    at::Tensor rows = dy.narrow(2, pixels, dy.size(2) - 2 * pixels);
    border(rows, 3, pixels, [](at::Tensor outer, at::Tensor inner) { inner.add_(outer); });
    return {rows.narrow(3, pixels, dy.size(3) - 2 * pixels), {}};
  }

 private:
  // Calls `body` with each line of the border along `axis` and the inner line of which it is the
  // reflection.
  template <typename Body>
  static void border(const at::Tensor &x, int64_t axis, int64_t pixels, Body body) {
    int64_t last = x.size(axis) - 1;
    for (int64_t line = 0; line < pixels; line++) {
      body(x.select(axis, line), x.select(axis, 2 * pixels - line));
      body(x.select(axis, last - line), x.select(axis, last - 2 * pixels + line));
    }
  }
};

// Computes the adjoint of bilinear upsampling by 2 along `axis`. Each upsampled pixel is three
// quarters of the nearest pixel and one quarter of the next, which at the border is the nearest
// itself.
at::Tensor upsample_adjoint_along(const at::Tensor &gradient, int64_t axis) {
  int64_t size = gradient.size(axis) / 2;
  at::Tensor pairs = gradient.unflatten(axis, {size, 2});
  at::Tensor before = pairs.select(axis + 1, 0), after = pairs.select(axis + 1, 1);
  at::Tensor out = (before + after).mul_(0.75);
  out.narrow(axis, 0, size - 1).add_(before.narrow(axis, 1, size - 1), 0.25);
  out.narrow(axis, 1, size - 1).add_(after.narrow(axis, 0, size - 1), 0.25);
  out.narrow(axis, 0, 1).add_(before.narrow(axis, 0, 1), 0.25);
  out.narrow(axis, size - 1, 1).add_(after.narrow(axis, size - 1, 1), 0.25);
  return out;
}

struct UpsampleConcat : torch::autograd::Function<UpsampleConcat> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &skip,
                            const at::Tensor &lower, int64_t groups) {
    require_half_size(skip, lower);
    int64_t skip_channels = skip.size(1) / groups, channels = lower.size(1) / groups;
    context->saved_data["skip_channels"] = skip_channels;
    context->saved_data["groups"] = groups;
    at::Tensor out =
        empty_channels_last(skip, skip.size(1) + lower.size(1), skip.size(2), skip.size(3));
    at::Tensor upsampled =
        at::upsample_bilinear2d(lower, {2 * lower.size(2), 2 * lower.size(3)}, false);
    at::Tensor both = channel_groups(out, groups);
    both.narrow(2, 0, skip_channels).copy_(channel_groups(skip, groups));
    both.narrow(2, skip_channels, channels).copy_(channel_groups(upsampled, groups));
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    int64_t skip_channels = context->saved_data["skip_channels"].toInt();
    at::Tensor both =
        channel_groups(take_gradient(gradients), context->saved_data["groups"].toInt());
    at::Tensor upsampled =
        both.narrow(2, skip_channels, both.size(2) - skip_channels).flatten(1, 2);
    return {channels_last(both.narrow(2, 0, skip_channels).flatten(1, 2)),
            channels_last(upsample_adjoint_along(upsample_adjoint_along(upsampled, 2), 3)),
            {}};
  }
};

}  // namespace

at::Tensor batch_norm_relu(const at::Tensor &input, const ckernels_batch_norm &norm) {
  at::Tensor y = at::batch_norm(input, norm.weight->value, norm.bias->value,
                                ctorch::value_or_none(norm.running_mean),
                                ctorch::value_or_none(norm.running_variance), norm.training,
                                norm.momentum, norm.epsilon, true);
  // The activation may overwrite y, because batch_norm saves its input and not its output.
  return norm.slope == 1 ? y : at::leaky_relu_(y, norm.slope);
}

at::Tensor convolve(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                    int64_t stride, int64_t padding, bool reflect_padding) {
  int64_t zeros = reflect_padding ? 0 : padding, groups = input.size(1) / weight.size(1);
  at::ScalarType type = input.scalar_type();
  return at::conv2d(reflect_padding && padding > 0 ? ReflectionPad::apply(input, padding) : input,
                    weight.to(type), bias.to(type), at::IntArrayRef{stride, stride},
                    at::IntArrayRef{zeros, zeros}, at::IntArrayRef{1, 1}, groups);
}

at::Tensor upsample_concat(const at::Tensor &skip, const at::Tensor &lower, int64_t groups) {
  return UpsampleConcat::apply(skip, lower, groups);
}

}  // namespace ckernels::unfused

using ctorch::make;
namespace unfused = ckernels::unfused;

ctorch_status ckernels_unfused_batch_norm_relu(const ctorch_tensor *input,
                                               const ckernels_batch_norm *norm, ctorch_tensor **out,
                                               char **error) {
  return make(out, error, [&] { return unfused::batch_norm_relu(input->value, *norm); });
}

ctorch_status ckernels_unfused_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                                      const ctorch_tensor *bias, int64_t stride, int64_t padding,
                                      bool reflect_padding, ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    return unfused::convolve(input->value, weight->value, bias->value, stride, padding,
                             reflect_padding);
  });
}

ctorch_status ckernels_unfused_batch_norm_relu_conv2d(const ctorch_tensor *input,
                                                      const ckernels_batch_norm *norm,
                                                      const ctorch_tensor *weight,
                                                      const ctorch_tensor *bias, int64_t stride,
                                                      int64_t padding, bool reflect_padding,
                                                      ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    return unfused::convolve(unfused::batch_norm_relu(input->value, *norm), weight->value,
                             bias->value, stride, padding, reflect_padding);
  });
}

ctorch_status ckernels_unfused_upsample_concat(const ctorch_tensor *skip,
                                               const ctorch_tensor *lower, int64_t groups,
                                               ctorch_tensor **out, char **error) {
  return make(out, error,
              [&] { return unfused::upsample_concat(skip->value, lower->value, groups); });
}
