#include "elements.hpp"
#include "guard.hpp"
#include "kernels.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

// Batch normalisation, leaky ReLU, padding and convolution as one step of differentiation.
//
// As separate steps they would keep four arrays for the way back: the input of the normalisation, of
// the activation, of the padding and of the convolution. This keeps the first and computes the
// others again, which costs one pass over memory beside two convolutions' worth of arithmetic.
//
// It works on the processor's memory; composed.cpp has what runs elsewhere.

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const float *floats(const at::Tensor &x) { return static_cast<const float *>(x.const_data_ptr()); }

// Mean and variance (the biased one) of every channel over all pixels of the batch.
std::pair<at::Tensor, at::Tensor> moments(const at::Tensor &x) {
  int64_t channels = x.size(1), rows = x.size(0) * x.size(2), width = x.size(3);
  std::vector<double> sum(channels), square(channels);
  std::vector<float> origin(channels), row_sum(channels), row_square(channels);
  with_elements(x, [&](auto *values) {
    using T = std::remove_pointer_t<decltype(values)>;
    // Sums of differences from some pixel: a mean far from 0 costs no digits.
    std::vector<float> zero(channels);
    kernels::add_moments(static_cast<const T *>(values), zero.data(), origin.data(),
                         row_square.data(), 1, channels);
    for (int64_t row = 0; row < rows; row++) {
      std::fill(row_sum.begin(), row_sum.end(), 0.0f);
      std::fill(row_square.begin(), row_square.end(), 0.0f);
      kernels::add_moments(static_cast<const T *>(values) + row * width * channels, origin.data(),
                           row_sum.data(), row_square.data(), width, channels);
      for (int64_t c = 0; c < channels; c++) {
        sum[c] += row_sum[c];
        square[c] += row_square[c];
      }
    }
  });
  at::Tensor mean = at::empty({channels}, at::kFloat), variance = at::empty({channels}, at::kFloat);
  double count = static_cast<double>(rows * width);
  for (int64_t c = 0; c < channels; c++) {
    double deviation = sum[c] / count;
    static_cast<float *>(mean.mutable_data_ptr())[c] = static_cast<float>(origin[c] + deviation);
    static_cast<float *>(variance.mutable_data_ptr())[c] =
        static_cast<float>(std::max(0.0, square[c] / count - deviation * deviation));
  }
  return {mean, variance};
}

// The running statistics follow the batch's: the variance as PyTorch has it, the unbiased one.
void follow(const at::Tensor &running_mean, const at::Tensor &running_variance,
            const at::Tensor &mean, const at::Tensor &variance, double count, double momentum) {
  at::NoGradGuard no_grad;
  running_mean.lerp_(mean, momentum);
  running_variance.lerp_(variance * (count / std::max(1.0, count - 1)), momentum);
}

int64_t mirrored(int64_t index, int64_t size) {
  if (index < 0) return -index;
  return index < size ? index : 2 * (size - 1) - index;
}

// activation(x scale + shift), with `border` mirrored pixels round it.
at::Tensor activated(const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift,
                     double slope, int64_t border) {
  int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
  if (border >= height || border >= width) throw std::length_error("too small to mirror");
  int64_t full_width = width + 2 * border, full_height = height + 2 * border;
  at::Tensor y = empty_channels_last(x, channels, full_height, full_width);
  with_elements(x, [&](auto *from) {
    using T = std::remove_pointer_t<decltype(from)>;
    for (int64_t n = 0; n < x.size(0); n++) {
      T *plane = elements<T>(y) + n * full_height * full_width * channels;
      auto row_at = [&](int64_t row) { return plane + row * full_width * channels; };
      for (int64_t row = 0; row < height; row++) {
        T *line = row_at(row + border), *inner = line + border * channels;
        const T *source = from + (n * height + row) * width * channels;
        kernels::normalise(source, inner, floats(scale), floats(shift), static_cast<float>(slope),
                           width, channels);
        for (int64_t i = 0; i < border; i++) {
          std::copy_n(inner + mirrored(i - border, width) * channels, channels, line + i * channels);
          std::copy_n(inner + mirrored(width + i, width) * channels, channels,
                      inner + (width + i) * channels);
        }
      }
      for (int64_t i = 0; i < border; i++) {
        std::copy_n(row_at(mirrored(i - border, height) + border), full_width * channels, row_at(i));
        std::copy_n(row_at(mirrored(height + i, height) + border), full_width * channels,
                    row_at(height + border + i));
      }
    }
  });
  return y;
}

// The adjoint of the mirrored border, in place: what the border got is added where it came from.
void fold(const at::Tensor &dy, int64_t border) {
  int64_t channels = dy.size(1), height = dy.size(2) - 2 * border, width = dy.size(3) - 2 * border;
  int64_t full_width = dy.size(3);
  with_elements(dy, [&](auto *values) {
    using T = std::remove_pointer_t<decltype(values)>;
    for (int64_t n = 0; n < dy.size(0); n++) {
      T *plane = values + n * dy.size(2) * full_width * channels;
      auto row_at = [&](int64_t row) { return plane + row * full_width * channels; };
      for (int64_t i = 0; i < border; i++) {
        kernels::add(row_at(i), row_at(mirrored(i - border, height) + border),
                     full_width * channels);
        kernels::add(row_at(height + border + i), row_at(mirrored(height + i, height) + border),
                     full_width * channels);
      }
      for (int64_t row = border; row < height + border; row++) {
        T *line = row_at(row), *inner = line + border * channels;
        for (int64_t i = 0; i < border; i++) {
          kernels::add(line + i * channels, inner + mirrored(i - border, width) * channels, channels);
          kernels::add(inner + (width + i) * channels, inner + mirrored(width + i, width) * channels,
                       channels);
        }
      }
    }
  });
}

// What the normalisation does to a channel: x scale + shift.
struct Normalisation {
  at::Tensor mean, deviation, scale, shift;

  Normalisation(const at::Tensor &mean, const at::Tensor &deviation, const at::Tensor &weight,
                const at::Tensor &bias)
      : mean(mean), deviation(deviation), scale(weight / deviation), shift(bias - mean * scale) {}
};

// Not at::sqrt(): that goes through MKL, whose last bit depends on the processor's maker.
at::Tensor deviation(const at::Tensor &variance, double epsilon) {
  at::Tensor found = at::empty_like(variance);
  for (int64_t c = 0; c < variance.numel(); c++) {
    static_cast<float *>(found.mutable_data_ptr())[c] =
        std::sqrt(floats(variance)[c] + static_cast<float>(epsilon));
  }
  return found;
}

struct InputGradient {
  at::Tensor x, weight, bias;
};

// The gradients of activation(normalised x) where `dy`, with `border` pixels round it that were
// folded in, is that of the result.
InputGradient gradient_before(const at::Tensor &x, const at::Tensor &dy, const Normalisation &norm,
                              double slope, int64_t border) {
  int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
  int64_t full_width = width + 2 * border, full_height = height + 2 * border;
  std::vector<double> plain(channels), weighted(channels);
  std::vector<float> row_plain(channels), row_weighted(channels);
  at::Tensor dx = empty_channels_last(x, channels, height, width);
  at::Tensor tilt = at::empty({channels}, at::kFloat), offset = at::empty({channels}, at::kFloat);
  at::Tensor weight = at::empty({channels}, at::kFloat), bias = at::empty({channels}, at::kFloat);
  with_elements(x, [&](auto *from) {
    using T = std::remove_pointer_t<decltype(from)>;
    auto for_rows = [&](auto body) {
      for (int64_t n = 0; n < x.size(0); n++) {
        for (int64_t row = 0; row < height; row++) {
          int64_t place = (n * height + row) * width * channels;
          int64_t padded = ((n * full_height + row + border) * full_width + border) * channels;
          body(static_cast<const T *>(from) + place,
               static_cast<const T *>(elements<T>(dy)) + padded, elements<T>(dx) + place);
        }
      }
    };
    float negative = static_cast<float>(slope);
    for_rows([&](const T *source, const T *gradient, T *) {
      std::fill(row_plain.begin(), row_plain.end(), 0.0f);
      std::fill(row_weighted.begin(), row_weighted.end(), 0.0f);
      kernels::add_gradient_sums(source, gradient, floats(norm.scale), floats(norm.shift),
                                 floats(norm.mean), negative, row_plain.data(),
                                 row_weighted.data(), width, channels);
      for (int64_t c = 0; c < channels; c++) {
        plain[c] += row_plain[c];
        weighted[c] += row_weighted[c];
      }
    });
    double count = static_cast<double>(x.size(0) * height * width);
    for (int64_t c = 0; c < channels; c++) {
      double deviation = floats(norm.deviation)[c], scale = floats(norm.scale)[c];
      double slant = -scale * weighted[c] / (count * deviation * deviation);
      static_cast<float *>(tilt.mutable_data_ptr())[c] = static_cast<float>(slant);
      static_cast<float *>(offset.mutable_data_ptr())[c] =
          static_cast<float>(-scale * plain[c] / count - slant * floats(norm.mean)[c]);
      static_cast<float *>(weight.mutable_data_ptr())[c] =
          static_cast<float>(weighted[c] / deviation);
      static_cast<float *>(bias.mutable_data_ptr())[c] = static_cast<float>(plain[c]);
    }
    for_rows([&](const T *source, const T *gradient, T *result) {
      kernels::input_gradient(source, gradient, result, floats(norm.scale), floats(norm.shift),
                              floats(tilt), floats(offset), negative, width, channels);
    });
  });
  return {dx, weight, bias};
}

struct Settings {
  bool training;
  double momentum, epsilon, slope;
};

// The normalisation of this batch, by its own statistics or by the running ones.
Normalisation normalisation(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const Settings &settings) {
  if (!settings.training) {
    return Normalisation(running_mean.value(), deviation(running_variance.value(), settings.epsilon),
                         weight, bias);
  }
  auto [mean, variance] = moments(x);
  if (running_mean) {
    follow(*running_mean, *running_variance, mean, variance,
           static_cast<double>(x.numel() / x.size(1)), settings.momentum);
  }
  return Normalisation(mean, deviation(variance, settings.epsilon), weight, bias);
}

void save(AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
          const at::Tensor &bias, const Normalisation &norm, const Settings &settings,
          const at::Tensor &kernel = {}) {
  context->save_for_backward({x, weight, bias, norm.mean, norm.deviation, kernel});
  context->saved_data["slope"] = settings.slope;
  context->saved_data["training"] = settings.training;
}

Normalisation saved_normalisation(AutogradContext *context, const variable_list &saved) {
  if (!context->saved_data["training"].toBool()) {
    throw std::logic_error("running statistics have no gradient");
  }
  return Normalisation(saved[3], saved[4], saved[1], saved[2]);
}

struct NormalisedActivation : torch::autograd::Function<NormalisedActivation> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance, Settings settings) {
    at::Tensor x = channels_last(input);
    Normalisation norm = normalisation(x, weight, bias, running_mean, running_variance, settings);
    save(context, x, weight, bias, norm, settings);
    return activated(x, norm.scale, norm.shift, settings.slope, 0);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    InputGradient found =
        gradient_before(saved[0], channels_last(gradients[0]), saved_normalisation(context, saved),
                        context->saved_data["slope"].toDouble(), 0);
    return {found.x, found.weight, found.bias, {}, {}, {}};
  }
};

struct Geometry {
  int64_t stride, padding;
  bool mirrors;
};

struct NormalisedConvolution : torch::autograd::Function<NormalisedConvolution> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const at::Tensor &kernel, const at::Tensor &kernel_bias,
                            Settings settings, Geometry geometry) {
    at::Tensor x = channels_last(input);
    Normalisation norm = normalisation(x, weight, bias, running_mean, running_variance, settings);
    save(context, x, weight, bias, norm, settings, kernel);
    context->saved_data["stride"] = geometry.stride;
    context->saved_data["padding"] = geometry.padding;
    context->saved_data["mirrors"] = geometry.mirrors;
    at::Tensor y = activated(x, norm.scale, norm.shift, settings.slope,
                             geometry.mirrors ? geometry.padding : 0);
    int64_t zeros = geometry.mirrors ? 0 : geometry.padding;
    return at::conv2d(y, kernel.to(x.scalar_type()), kernel_bias.to(x.scalar_type()),
                      at::IntArrayRef{geometry.stride, geometry.stride},
                      at::IntArrayRef{zeros, zeros});
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &kernel = saved[5];
    int64_t stride = context->saved_data["stride"].toInt();
    int64_t padding = context->saved_data["padding"].toInt();
    int64_t border = context->saved_data["mirrors"].toBool() ? padding : 0;
    int64_t zeros = border > 0 ? 0 : padding;
    double slope = context->saved_data["slope"].toDouble();
    Normalisation norm = saved_normalisation(context, saved);
    at::Tensor dy, kernel_gradient, kernel_bias_gradient;
    {
      at::Tensor y = activated(x, norm.scale, norm.shift, slope, border);
      std::tie(dy, kernel_gradient, kernel_bias_gradient) = at::convolution_backward(
          channels_last(gradients[0]), y, kernel.to(x.scalar_type()),
          at::OptionalIntArrayRef(at::IntArrayRef{kernel.size(0)}), {stride, stride},
          {zeros, zeros}, {1, 1}, false, {0, 0}, 1, {true, true, true});
    }
    gradients.clear();
    dy = channels_last(dy);
    if (border > 0) fold(dy, border);
    InputGradient found = gradient_before(x, dy, norm, slope, border);
    return {found.x, found.weight, found.bias, {}, {}, kernel_gradient.to(at::kFloat),
            kernel_bias_gradient.to(at::kFloat), {}, {}};
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
    return ctorch::NormalisedActivation::apply(
        input->value, norm->weight->value, norm->bias->value, value_or_none(norm->running_mean),
        value_or_none(norm->running_variance),
        ctorch::Settings{norm->training, norm->momentum, norm->epsilon, norm->slope});
  });
}

ctorch_status ctorch_normalised_conv2d(const ctorch_tensor *input, const ctorch_norm *norm,
                                       const ctorch_tensor *weight, const ctorch_tensor *bias,
                                       int64_t stride, int64_t padding, bool mirrors,
                                       ctorch_tensor **out, char **error) {
  if (input->value.is_cuda()) {
    return ctorch_composed_normalised_conv2d(input, norm, weight, bias, stride, padding, mirrors,
                                             out, error);
  }
  return make(out, error, [&] {
    return ctorch::NormalisedConvolution::apply(
        input->value, norm->weight->value, norm->bias->value, value_or_none(norm->running_mean),
        value_or_none(norm->running_variance), weight->value, bias->value,
        ctorch::Settings{norm->training, norm->momentum, norm->epsilon, norm->slope},
        ctorch::Geometry{stride, padding, mirrors});
  });
}
