#include "composed.hpp"

#include "elements.hpp"
#include "guard.hpp"

#include <stdexcept>

namespace ctorch::composed {
namespace {

at::Tensor mirrored_along(const at::Tensor &x, int64_t axis, int64_t pixels) {
  int64_t size = x.size(axis);
  if (pixels >= size) throw std::length_error("too small to mirror");
  at::Tensor before = x.narrow(axis, 1, pixels).flip(axis);
  at::Tensor after = x.narrow(axis, size - 1 - pixels, pixels).flip(axis);
  return at::cat({before, x, after}, axis);
}

// With a mirrored border of `pixels`.
at::Tensor mirrored(const at::Tensor &input, int64_t pixels) {
  return mirrored_along(mirrored_along(input, 3, pixels), 2, pixels);
}

// Twice as many pixels along `axis`: each a quarter of the way to its neighbour or, at the border, to
// itself.
at::Tensor doubled_along(const at::Tensor &x, int64_t axis) {
  int64_t size = x.size(axis);
  at::Tensor first = x.narrow(axis, 0, 1), last = x.narrow(axis, size - 1, 1);
  at::Tensor before = at::cat({first, x.narrow(axis, 0, size - 1)}, axis);
  at::Tensor after = at::cat({x.narrow(axis, 1, size - 1), last}, axis);
  return at::stack({x.lerp(before, 0.25), x.lerp(after, 0.25)}, axis + 1).flatten(axis, axis + 1);
}

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
  int64_t zeros = mirrors ? 0 : padding;
  at::ScalarType type = input.scalar_type();
  return at::conv2d(mirrors && padding > 0 ? mirrored(input, padding) : input, weight.to(type),
                    bias.to(type), at::IntArrayRef{stride, stride}, at::IntArrayRef{zeros, zeros});
}

at::Tensor joined(const at::Tensor &skip, const at::Tensor &below) {
  return channels_last(at::cat({skip, doubled_along(doubled_along(below, 2), 3)}, 1));
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
                                     ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return composed::joined(skip->value, below->value); });
}
