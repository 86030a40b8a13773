#include <algorithm>
#include <stdexcept>
#include <vector>

#include "CKernels.h"
#include "autograd_saved.hpp"
#include "elements.hpp"
#include "internal/handle.hpp"
#include "row_kernels.hpp"

// Concatenates a skip connection with the upsampled lower level (bilinear, corners not aligned) as
// one step of differentiation that saves nothing and copies nothing twice. Its result has four
// times the pixels of the lower level, so the next step does not save it either but recomputes it.
// The step works on the CPU's memory; unfused.cpp serves other devices.

namespace ckernels {
namespace {

// Copies `pixels` times `channels` values between arrays of different strides from pixel to pixel.
template <typename T>
void copy_pixels(const T *from, int64_t from_stride, T *to, int64_t to_stride, int64_t pixels,
                 int64_t channels) {
  for (int64_t p = 0; p < pixels; p++) {
    std::copy_n(from + p * from_stride, channels, to + p * to_stride);
  }
}

// Writes the upsampled `lower` behind the first `offset` channels of `out`.
template <typename T>
void upsample_image(const T *lower, T *out, int64_t height, int64_t width, int64_t channels,
                    int64_t offset) {
  int64_t count = width * channels, stride = offset + channels;
  std::vector<float> blended(count);
  for (int64_t row = 0; row < 2 * height; row++) {
    int64_t here = row / 2, other = here + (row % 2 == 0 ? -1 : 1);
    other = std::clamp<int64_t>(other, 0, height - 1);
    rows::blend(lower + here * count, lower + other * count, 0.75f, blended.data(), count);
    T *line = out + row * 2 * width * stride + offset;
    rows::upsample(blended.data(), line, width, channels, stride);
  }
}

// Computes the adjoint of upsample_image.
template <typename T>
void upsample_image_adjoint(const T *gradient, T *lower, int64_t height, int64_t width,
                            int64_t channels, int64_t offset) {
  int64_t count = width * channels, stride = offset + channels;
  // Each row combines four rows of the larger image; `recent` holds the last four, reduced in
  // width.
  std::vector<float> recent[4];
  for (auto &row : recent) row.resize(count);
  auto reduced = [&](int64_t row) -> const float * {
    return recent[std::clamp<int64_t>(row, 0, 2 * height - 1) % 4].data();
  };
  int64_t next = 0;
  for (int64_t row = 0; row < height; row++) {
    for (; next <= std::min(2 * row + 2, 2 * height - 1); next++) {
      rows::upsample_adjoint(gradient + next * 2 * width * stride + offset, recent[next % 4].data(),
                             width, channels, stride);
    }
    rows::upsample_adjoint_across(reduced(2 * row - 1), reduced(2 * row), reduced(2 * row + 1),
                                  reduced(2 * row + 2), lower + row * count, count);
  }
}

at::Tensor upsample_concat(const at::Tensor &skip, const at::Tensor &lower) {
  int64_t height = lower.size(2), width = lower.size(3), channels = lower.size(1);
  int64_t skip_channels = skip.size(1), pixels = 4 * height * width;
  at::Tensor out = empty_channels_last(skip, skip_channels + channels, 2 * height, 2 * width);
  with_elements(skip, [&](auto *from) {
    using T = std::remove_pointer_t<decltype(from)>;
    for (int64_t n = 0; n < skip.size(0); n++) {
      T *image = elements<T>(out) + n * pixels * (skip_channels + channels);
      copy_pixels(from + n * pixels * skip_channels, skip_channels, image, skip_channels + channels,
                  pixels, skip_channels);
      upsample_image(elements<T>(lower) + n * height * width * channels, image, height, width,
                     channels, skip_channels);
    }
  });
  return out;
}

// Computes the concatenation again.
struct RecomputedConcatenation final : ctorch::Recomputation {
  RecomputationPtr skip, lower;

  RecomputedConcatenation(const ctorch_tensor &skip, const ctorch_tensor &lower)
      : skip(recomputation_or_saved(skip.value, skip.recomputation)),
        lower(recomputation_or_saved(lower.value, lower.recomputation)) {}
  at::Tensor compute() const override {
    return upsample_concat(channels_last(skip->compute()), channels_last(lower->compute()));
  }
};

struct UpsampleConcat : torch::autograd::Function<UpsampleConcat> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &skip,
                            const at::Tensor &lower) {
    require_half_size(skip, lower);
    context->saved_data["skip_channels"] = skip.size(1);
    return upsample_concat(channels_last(skip), channels_last(lower));
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    at::Tensor gradient = channels_last(take_gradient(gradients));
    int64_t skip_channels = context->saved_data["skip_channels"].toInt(),
            channels = gradient.size(1) - skip_channels;
    int64_t height = gradient.size(2) / 2, width = gradient.size(3) / 2;
    int64_t pixels = 4 * height * width;
    at::Tensor skip = empty_channels_last(gradient, skip_channels, 2 * height, 2 * width);
    at::Tensor lower = empty_channels_last(gradient, channels, height, width);
    with_elements(gradient, [&](auto *from) {
      using T = std::remove_pointer_t<decltype(from)>;
      for (int64_t n = 0; n < gradient.size(0); n++) {
        const T *image = from + n * pixels * (skip_channels + channels);
        copy_pixels(image, skip_channels + channels, elements<T>(skip) + n * pixels * skip_channels,
                    skip_channels, pixels, skip_channels);
        upsample_image_adjoint(image, elements<T>(lower) + n * height * width * channels, height,
                               width, channels, skip_channels);
      }
    });
    return {skip, lower};
  }
};

}  // namespace
}  // namespace ckernels

ctorch_status ckernels_upsample_concat(const ctorch_tensor *skip, const ctorch_tensor *lower,
                                       int64_t groups, ctorch_tensor **out, char **error) {
  if (groups > 1 || skip->value.is_cuda()) {
    return ckernels_unfused_upsample_concat(skip, lower, groups, out, error);
  }
  return ctorch::make(out, error, [&] {
    return ctorch::recomputable(
        ckernels::UpsampleConcat::apply(skip->value, lower->value),
        c10::make_intrusive<ckernels::RecomputedConcatenation>(*skip, *lower));
  });
}
