#include "elements.hpp"
#include "guard.hpp"
#include "kernels.hpp"
#include "wayback.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

// A skip connection beside the level below, enlarged to twice its size (bilinear, corners not
// aligned), as one step of differentiation that keeps nothing and copies nothing twice. Four times
// as large as the level below, its result is not kept by the next step either. It works on the
// processor's memory; composed.cpp has what runs elsewhere.

namespace ctorch {
namespace {

// Copies `pixels` times `channels` values between arrays of different strides.
template <typename T>
void copy_pixels(const T *from, int64_t from_stride, T *to, int64_t to_stride, int64_t pixels,
                 int64_t channels) {
  for (int64_t p = 0; p < pixels; p++) {
    std::copy_n(from + p * from_stride, channels, to + p * to_stride);
  }
}

// Writes the enlarged `below` behind the first `offset` channels of `out`.
template <typename T>
void enlarge_image(const T *below, T *out, int64_t height, int64_t width, int64_t channels,
                   int64_t offset) {
  int64_t count = width * channels, stride = offset + channels;
  std::vector<float> blended(count);
  for (int64_t row = 0; row < 2 * height; row++) {
    int64_t here = row / 2, other = here + (row % 2 == 0 ? -1 : 1);
    other = std::clamp<int64_t>(other, 0, height - 1);
    kernels::blend(below + here * count, below + other * count, 0.75f, blended.data(), count);
    T *line = out + row * 2 * width * stride + offset;
    kernels::enlarge(blended.data(), line, width, channels, stride);
  }
}

// The adjoint of enlarge_image.
template <typename T>
void reduce_image(const T *gradient, T *below, int64_t height, int64_t width, int64_t channels,
                  int64_t offset) {
  int64_t count = width * channels, stride = offset + channels;
  // Four rows of the larger image meet in one: the last four that were reduced.
  std::vector<float> recent[4];
  for (auto &row : recent) row.resize(count);
  auto reduced = [&](int64_t row) -> const float * {
    return recent[std::clamp<int64_t>(row, 0, 2 * height - 1) % 4].data();
  };
  int64_t next = 0;
  for (int64_t row = 0; row < height; row++) {
    for (; next <= std::min(2 * row + 2, 2 * height - 1); next++) {
      kernels::reduce(gradient + next * 2 * width * stride + offset, recent[next % 4].data(), width,
                      channels, stride);
    }
    kernels::gather(reduced(2 * row - 1), reduced(2 * row), reduced(2 * row + 1),
                    reduced(2 * row + 2), below + row * count, count);
  }
}

at::Tensor joined(const at::Tensor &skip, const at::Tensor &below) {
  int64_t height = below.size(2), width = below.size(3), channels = below.size(1);
  int64_t first = skip.size(1), pixels = 4 * height * width;
  at::Tensor out = empty_channels_last(skip, first + channels, 2 * height, 2 * width);
  with_elements(skip, [&](auto *from) {
    using T = std::remove_pointer_t<decltype(from)>;
    for (int64_t n = 0; n < skip.size(0); n++) {
      T *image = elements<T>(out) + n * pixels * (first + channels);
      copy_pixels(from + n * pixels * first, first, image, first + channels, pixels, first);
      enlarge_image(elements<T>(below) + n * height * width * channels, image, height, width,
                    channels, first);
    }
  });
  return out;
}

struct JoinedAgain final : Recipe {
  Source skip, below;

  JoinedAgain(const ctorch_tensor &skip, const ctorch_tensor &below)
      : skip(recipe_of(skip.value, skip.recipe)), below(recipe_of(below.value, below.recipe)) {}
  at::Tensor make() const override {
    return joined(channels_last(skip->make()), channels_last(below->make()));
  }
};

struct Joined : torch::autograd::Function<Joined> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &skip,
                            const at::Tensor &below) {
    require_half(skip, below);
    context->saved_data["first"] = skip.size(1);
    return joined(channels_last(skip), channels_last(below));
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    at::Tensor gradient = channels_last(take(gradients));
    int64_t first = context->saved_data["first"].toInt(), channels = gradient.size(1) - first;
    int64_t height = gradient.size(2) / 2, width = gradient.size(3) / 2;
    int64_t pixels = 4 * height * width;
    at::Tensor skip = empty_channels_last(gradient, first, 2 * height, 2 * width);
    at::Tensor below = empty_channels_last(gradient, channels, height, width);
    with_elements(gradient, [&](auto *from) {
      using T = std::remove_pointer_t<decltype(from)>;
      for (int64_t n = 0; n < gradient.size(0); n++) {
        const T *image = from + n * pixels * (first + channels);
        copy_pixels(image, first + channels, elements<T>(skip) + n * pixels * first, first, pixels,
                    first);
        reduce_image(image, elements<T>(below) + n * height * width * channels, height, width,
                     channels, first);
      }
    });
    return {skip, below};
  }
};

}  // namespace
}  // namespace ctorch

ctorch_status ctorch_joined(const ctorch_tensor *skip, const ctorch_tensor *below, int64_t groups,
                            ctorch_tensor **out, char **error) {
  if (groups > 1 || skip->value.is_cuda()) {
    return ctorch_composed_joined(skip, below, groups, out, error);
  }
  return ctorch::make(out, error, [&] {
    return ctorch::with_recipe(ctorch::Joined::apply(skip->value, below->value),
                               c10::make_intrusive<ctorch::JoinedAgain>(*skip, *below));
  });
}
