#include "composed.hpp"

#include "elements.hpp"
#include "guard.hpp"
#include "wayback.hpp"

#include <stdexcept>

namespace ctorch::composed {
namespace {

// The `groups` parts of the channels, as an axis of their own: (N, groups, channels, H, W).
at::Tensor parts(const at::Tensor &x, int64_t groups) { return x.unflatten(1, {groups, -1}); }

// With a border of `pixels`, mirrored.
struct Mirrored : torch::autograd::Function<Mirrored> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, int64_t pixels) {
    context->saved_data["pixels"] = pixels;
    int64_t height = x.size(2), width = x.size(3);
    if (pixels >= height || pixels >= width) throw std::length_error("too small to mirror");
    at::Tensor out = empty_channels_last(x, x.size(1), height + 2 * pixels, width + 2 * pixels);
    at::Tensor rows = out.narrow(2, pixels, height);
    rows.narrow(3, pixels, width).copy_(x);
    border(rows, 3, pixels, [](at::Tensor outer, at::Tensor inner) { outer.copy_(inner); });
    border(out, 2, pixels, [](at::Tensor outer, at::Tensor inner) { outer.copy_(inner); });
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    int64_t pixels = context->saved_data["pixels"].toInt();
    at::Tensor dy = take(gradients);
    if (!is_sole(dy)) dy = dy.clone();
    border(dy, 2, pixels, [](at::Tensor outer, at::Tensor inner) { inner.add_(outer); });
    at::Tensor rows = dy.narrow(2, pixels, dy.size(2) - 2 * pixels);
    border(rows, 3, pixels, [](at::Tensor outer, at::Tensor inner) { inner.add_(outer); });
    return {rows.narrow(3, pixels, dy.size(3) - 2 * pixels), {}};
  }

 private:
  // Each line of the border along `axis`, with the line within that it mirrors.
  template <typename Body>
  static void border(const at::Tensor &x, int64_t axis, int64_t pixels, Body body) {
    int64_t last = x.size(axis) - 1;
    for (int64_t line = 0; line < pixels; line++) {
      body(x.select(axis, line), x.select(axis, 2 * pixels - line));
      body(x.select(axis, last - line), x.select(axis, last - 2 * pixels + line));
    }
  }
};

// The adjoint, along `axis`, of an enlargement to twice as many pixels, each a quarter of the way
// to its neighbour or, at the border, to itself.
at::Tensor halved_along(const at::Tensor &gradient, int64_t axis) {
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

struct Joined : torch::autograd::Function<Joined> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &skip,
                            const at::Tensor &below, int64_t groups) {
    require_half(skip, below);
    int64_t first = skip.size(1) / groups, channels = below.size(1) / groups;
    context->saved_data["first"] = first;
    context->saved_data["groups"] = groups;
    at::Tensor out =
        empty_channels_last(skip, skip.size(1) + below.size(1), skip.size(2), skip.size(3));
    at::Tensor large =
        at::upsample_bilinear2d(below, {2 * below.size(2), 2 * below.size(3)}, false);
    at::Tensor both = parts(out, groups);
    both.narrow(2, 0, first).copy_(parts(skip, groups));
    both.narrow(2, first, channels).copy_(parts(large, groups));
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    int64_t first = context->saved_data["first"].toInt();
    at::Tensor both = parts(take(gradients), context->saved_data["groups"].toInt());
    at::Tensor large = both.narrow(2, first, both.size(2) - first).flatten(1, 2);
    return {channels_last(both.narrow(2, 0, first).flatten(1, 2)),
            channels_last(halved_along(halved_along(large, 2), 3)), {}};
  }
};

}  // namespace

at::Tensor normalised(const at::Tensor &input, const ctorch_norm &norm) {
  at::Tensor y = at::batch_norm(
      input, norm.weight->value, norm.bias->value, value_or_none(norm.running_mean),
      value_or_none(norm.running_variance), norm.training, norm.momentum, norm.epsilon, true);
  // In place: batch_norm keeps its input, not its output.
  return norm.slope == 1 ? y : at::leaky_relu_(y, norm.slope);
}

at::Tensor convolved(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                     int64_t stride, int64_t padding, bool mirrors) {
  int64_t zeros = mirrors ? 0 : padding, groups = input.size(1) / weight.size(1);
  at::ScalarType type = input.scalar_type();
  return at::conv2d(mirrors && padding > 0 ? Mirrored::apply(input, padding) : input,
                    weight.to(type), bias.to(type), at::IntArrayRef{stride, stride},
                    at::IntArrayRef{zeros, zeros}, at::IntArrayRef{1, 1}, groups);
}

at::Tensor joined(const at::Tensor &skip, const at::Tensor &below, int64_t groups) {
  return Joined::apply(skip, below, groups);
}

}  // namespace ctorch::composed

using ctorch::make;
namespace composed = ctorch::composed;

ctorch_status ctorch_composed_normalised(const ctorch_tensor *input, const ctorch_norm *norm,
                                         ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return composed::normalised(input->value, *norm); });
}

ctorch_status ctorch_composed_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                                     const ctorch_tensor *bias, int64_t stride, int64_t padding,
                                     bool mirrors, ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    return composed::convolved(input->value, weight->value, bias->value, stride, padding, mirrors);
  });
}

ctorch_status ctorch_composed_normalised_conv2d(const ctorch_tensor *input, const ctorch_norm *norm,
                                                const ctorch_tensor *weight,
                                                const ctorch_tensor *bias, int64_t stride,
                                                int64_t padding, bool mirrors, ctorch_tensor **out,
                                                char **error) {
  return make(out, error, [&] {
    return composed::convolved(composed::normalised(input->value, *norm), weight->value,
                               bias->value, stride, padding, mirrors);
  });
}

ctorch_status ctorch_composed_joined(const ctorch_tensor *skip, const ctorch_tensor *below,
                                     int64_t groups, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return composed::joined(skip->value, below->value, groups); });
}
