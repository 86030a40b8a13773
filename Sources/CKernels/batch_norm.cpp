#include "batch_norm.hpp"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "elements.hpp"
#include "row_kernels.hpp"

namespace ckernels {
namespace {

const float *floats(const at::Tensor &x) { return static_cast<const float *>(x.const_data_ptr()); }

// Computes the mean and the biased variance of every channel over all pixels of the batch.
std::pair<at::Tensor, at::Tensor> moments(const at::Tensor &x) {
  int64_t channels = x.size(1), rows = x.size(0) * x.size(2), width = x.size(3);
  std::vector<double> sum(channels), square(channels);
  std::vector<float> origin(channels), row_sum(channels), row_square(channels);
  with_elements(x, [&](auto *values) {
    using T = std::remove_pointer_t<decltype(values)>;
    // The sums are of differences from the first pixel, so that a mean far from 0 loses no digits.
    std::vector<float> zero(channels);
    rows::add_moments(static_cast<const T *>(values), zero.data(), origin.data(), row_square.data(),
                      1, channels);
    for (int64_t row = 0; row < rows; row++) {
      std::fill(row_sum.begin(), row_sum.end(), 0.0f);
      std::fill(row_square.begin(), row_square.end(), 0.0f);
      rows::add_moments(static_cast<const T *>(values) + row * width * channels, origin.data(),
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

// Moves the running statistics towards the batch's. The running variance is the unbiased one, as in
// PyTorch.
void update_running(const at::Tensor &running_mean, const at::Tensor &running_variance,
                    const at::Tensor &mean, const at::Tensor &variance, double count,
                    double momentum) {
  at::NoGradGuard no_grad;
  running_mean.lerp_(mean, momentum);
  running_variance.lerp_(variance * (count / std::max(1.0, count - 1)), momentum);
}

// Returns the index within [0, size) to which `index`, beyond one end, is reflected.
int64_t reflected(int64_t index, int64_t size) {
  if (index < 0) return -index;
  return index < size ? index : 2 * (size - 1) - index;
}

// Adds the gradient of the reflected border to the pixels that it reflects, in place: the adjoint
// of padding by reflection.
void fold_border(const at::Tensor &dy, int64_t border) {
  int64_t channels = dy.size(1), height = dy.size(2) - 2 * border, width = dy.size(3) - 2 * border;
  int64_t padded_width = dy.size(3);
  with_elements(dy, [&](auto *values) {
    using T = std::remove_pointer_t<decltype(values)>;
    for (int64_t n = 0; n < dy.size(0); n++) {
      T *plane = values + n * dy.size(2) * padded_width * channels;
      auto row_at = [&](int64_t row) { return plane + row * padded_width * channels; };
      for (int64_t i = 0; i < border; i++) {
        rows::add(row_at(i), row_at(reflected(i - border, height) + border),
                  padded_width * channels);
        rows::add(row_at(height + border + i), row_at(reflected(height + i, height) + border),
                  padded_width * channels);
      }
      for (int64_t row = border; row < height + border; row++) {
        T *line = row_at(row), *inner = line + border * channels;
        for (int64_t i = 0; i < border; i++) {
          rows::add(line + i * channels, inner + reflected(i - border, width) * channels, channels);
          rows::add(inner + (width + i) * channels, inner + reflected(width + i, width) * channels,
                    channels);
        }
      }
    }
  });
}

// Computes sqrt(variance + epsilon) without at::sqrt(), which calls MKL, whose last bit depends on
// the processor's vendor.
at::Tensor deviation_of(const at::Tensor &variance, double epsilon) {
  at::Tensor found = at::empty_like(variance);
  for (int64_t c = 0; c < variance.numel(); c++) {
    static_cast<float *>(found.mutable_data_ptr())[c] =
        std::sqrt(floats(variance)[c] + static_cast<float>(epsilon));
  }
  return found;
}

}  // namespace

ChannelNorm ChannelNorm::of(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &running_mean,
                            const std::optional<at::Tensor> &running_variance,
                            const BatchNormSettings &settings) {
  if (!settings.training) {
    return ChannelNorm(running_mean.value(),
                       deviation_of(running_variance.value(), settings.epsilon), weight, bias);
  }
  auto [mean, variance] = moments(x);
  if (running_mean) {
    update_running(*running_mean, *running_variance, mean, variance,
                   static_cast<double>(x.numel() / x.size(1)), settings.momentum);
  }
  return ChannelNorm(mean, deviation_of(variance, settings.epsilon), weight, bias);
}

at::Tensor normalise_activate(const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift,
                              double slope, int64_t border) {
  int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
  if (border >= height || border >= width)
    throw std::length_error("the image is too small for its reflected border");
  int64_t padded_width = width + 2 * border, padded_height = height + 2 * border;
  at::Tensor y = empty_channels_last(x, channels, padded_height, padded_width);
  with_elements(x, [&](auto *from) {
    using T = std::remove_pointer_t<decltype(from)>;
    for (int64_t n = 0; n < x.size(0); n++) {
      T *plane = elements<T>(y) + n * padded_height * padded_width * channels;
      auto row_at = [&](int64_t row) { return plane + row * padded_width * channels; };
      for (int64_t row = 0; row < height; row++) {
        T *line = row_at(row + border), *inner = line + border * channels;
        const T *source = from + (n * height + row) * width * channels;
        rows::normalise(source, inner, floats(scale), floats(shift), static_cast<float>(slope),
                        width, channels);
        for (int64_t i = 0; i < border; i++) {
          std::copy_n(inner + reflected(i - border, width) * channels, channels,
                      line + i * channels);
          std::copy_n(inner + reflected(width + i, width) * channels, channels,
                      inner + (width + i) * channels);
        }
      }
      for (int64_t i = 0; i < border; i++) {
        std::copy_n(row_at(reflected(i - border, height) + border), padded_width * channels,
                    row_at(i));
        std::copy_n(row_at(reflected(height + i, height) + border), padded_width * channels,
                    row_at(height + border + i));
      }
    }
  });
  return y;
}

BatchNormGradient batch_norm_relu_backward(const at::Tensor &x, const at::Tensor &dy,
                                           const ChannelNorm &norm, double slope, int64_t border) {
  int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
  int64_t padded_width = width + 2 * border, padded_height = height + 2 * border;
  std::vector<double> plain(channels), weighted(channels);
  std::vector<float> row_plain(channels), row_weighted(channels);
  if (border > 0) fold_border(dy, border);
  at::Tensor tilt = at::empty({channels}, at::kFloat), offset = at::empty({channels}, at::kFloat);
  at::Tensor weight = at::empty({channels}, at::kFloat), bias = at::empty({channels}, at::kFloat);
  with_elements(x, [&](auto *from) {
    using T = std::remove_pointer_t<decltype(from)>;
    auto for_rows = [&](auto body) {
      for (int64_t n = 0; n < x.size(0); n++) {
        for (int64_t row = 0; row < height; row++) {
          int64_t packed = (n * height + row) * width * channels;
          int64_t padded = ((n * padded_height + row + border) * padded_width + border) * channels;
          T *gradient = elements<T>(dy);
          body(static_cast<const T *>(from) + packed, static_cast<const T *>(gradient) + padded,
               gradient + packed);
        }
      }
    };
    float negative = static_cast<float>(slope);
    for_rows([&](const T *source, const T *gradient, T *) {
      std::fill(row_plain.begin(), row_plain.end(), 0.0f);
      std::fill(row_weighted.begin(), row_weighted.end(), 0.0f);
      rows::add_gradient_sums(source, gradient, floats(norm.scale), floats(norm.shift),
                              floats(norm.mean), negative, row_plain.data(), row_weighted.data(),
                              width, channels);
      for (int64_t c = 0; c < channels; c++) {
        plain[c] += row_plain[c];
        weighted[c] += row_weighted[c];
      }
    });
    double count = static_cast<double>(x.size(0) * height * width);
    for (int64_t c = 0; c < channels; c++) {
      double deviation = floats(norm.deviation)[c], scale = floats(norm.scale)[c];
      double channel_tilt = -scale * weighted[c] / (count * deviation * deviation);
      static_cast<float *>(tilt.mutable_data_ptr())[c] = static_cast<float>(channel_tilt);
      static_cast<float *>(offset.mutable_data_ptr())[c] =
          static_cast<float>(-scale * plain[c] / count - channel_tilt * floats(norm.mean)[c]);
      static_cast<float *>(weight.mutable_data_ptr())[c] =
          static_cast<float>(weighted[c] / deviation);
      static_cast<float *>(bias.mutable_data_ptr())[c] = static_cast<float>(plain[c]);
    }
    // The result is packed into the memory of `dy`: each row overwrites rows that have been read,
    // or itself.
    for_rows([&](const T *source, const T *gradient, T *result) {
      rows::input_gradient(source, gradient, result, floats(norm.scale), floats(norm.shift),
                           floats(tilt), floats(offset), negative, width, channels);
    });
  });
  int64_t row = width * channels;
  return {dy.as_strided({x.size(0), channels, height, width}, {height * row, 1, row, channels}),
          weight, bias};
}

}  // namespace ckernels
