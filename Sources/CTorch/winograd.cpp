#include "winograd.hpp"

#include "elements.hpp"
#include "tiles.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ctorch::winograd {
namespace {

// A tile: this many results across, from this many pixels, by this many products.
constexpr int64_t across = 4, reach = 6, points = 36;

// Bytes of transformed tiles that are worked on at once: what a core's second cache holds.
constexpr int64_t working_set = 1 << 20;

struct Place {
  int64_t image, y, x;
};

// The tiles that cover all results, and how many to work on at once.
struct Tiling {
  int64_t columns, rows, count, block;

  // `channels` of everything that is transformed.
  Tiling(const at::Tensor &results, int64_t channels)
      : columns((results.size(3) + across - 1) / across),
        rows((results.size(2) + across - 1) / across), count(results.size(0) * rows * columns) {
    int64_t bytes = points * channels * static_cast<int64_t>(sizeof(float));
    // Odd, so that the planes of a block do not all begin in the same sets of the caches.
    block = std::min(std::clamp<int64_t>(working_set / bytes, 48, 192) | 1, count);
  }

  Place operator[](int64_t tile) const {
    return {tile / (rows * columns), tile / columns % rows * across, tile % columns * across};
  }

  template <typename Body>
  void for_each_block(Body body) const {
    for (int64_t first = 0; first < count; first += block) {
      body(first, std::min(block, count - first));
    }
  }
};

// A block of transformed tiles: 36 matrices of tiles by channels.
struct Block {
  int64_t most, channels;
  at::Tensor whole;
  float *first;

  Block(const Tiling &tiling, int64_t channels)
      : most(tiling.block), channels(channels), whole(at::empty({points, most, channels})),
        first(elements<float>(whole)) {}

  float *tile(int64_t index) const { return first + index * channels; }

  at::Tensor matrices(int64_t tiles) const {
    if (tiles == most) return whole;
    return whole.as_strided({points, tiles, channels}, {tiles * channels, channels, 1});
  }
};

// Squares of an array's pixels; beyond its border stands `beyond`, one pixel.
template <typename Value>
struct Squares {
  Value *first, *beyond;
  int64_t height, width, channels;

  Squares(const at::Tensor &array, Value *beyond)
      : first(elements<float>(array)), beyond(beyond), height(array.size(2)), width(array.size(3)),
        channels(array.size(1)) {}

  void find(const Place &place, int64_t side, Value **pixels) const {
    Value *image = first + place.image * height * width * channels;
    for (int64_t y = place.y; y < place.y + side; y++) {
      for (int64_t x = place.x; x < place.x + side; x++) {
        bool is_inside = y >= 0 && y < height && x >= 0 && x < width;
        *pixels++ = is_inside ? image + (y * width + x) * channels : beyond;
      }
    }
  }
};

// Transforms the pixels that a block's results are made from.
void transform_input(const Tiling &tiling, const Squares<const float> &input, int64_t zeros,
                     int64_t first, int64_t count, const Block &block) {
  const float *pixels[reach * reach];
  for (int64_t t = 0; t < count; t++) {
    Place place = tiling[first + t];
    input.find({place.image, place.y - zeros, place.x - zeros}, reach, pixels);
    kernels::tile_input(pixels, block.tile(t), count * block.channels, block.channels);
  }
}

// The addresses of the 3 x 3 pixels of each output channel's kernel, one after the other.
template <typename Value, typename Body>
void for_each_kernel(const at::Tensor &kernels, Body body) {
  Value *pixels[9], *next = elements<float>(kernels);
  for (int64_t k = 0; k < kernels.size(0); k++) {
    for (Value *&pixel : pixels) pixel = std::exchange(next, next + kernels.size(1));
    body(k, pixels);
  }
}

// 36 matrices of output by input channels; of the kernel turned round where `turned`.
at::Tensor transformed_kernel(const at::Tensor &kernel, bool turned) {
  int64_t after = kernel.size(0), before = kernel.size(1);
  at::Tensor found = at::empty({points, after, before});
  float *first = elements<float>(found);
  for_each_kernel<const float>(channels_last(kernel), [&](int64_t k, const float **pixels) {
    if (turned) std::reverse(pixels, pixels + 9);
    kernels::kernel_input(pixels, first + k * before, after * before, before);
  });
  return found;
}

// The results, given 36 matrices of input by output channels.
at::Tensor filtered(const at::Tensor &input, const at::Tensor &factors, const at::Tensor &bias,
                    int64_t zeros) {
  int64_t before = factors.size(1), after = factors.size(2), growth = 2 * zeros - 2;
  at::Tensor found =
      empty_channels_last(input, after, input.size(2) + growth, input.size(3) + growth);
  Tiling tiling(found, before + after);
  Block from(tiling, before), to(tiling, after);
  std::vector<float> nothing(before), unused(after);
  Squares<const float> pixels(input, nothing.data());
  Squares<float> results(found, unused.data());
  const float *added = elements<float>(bias);
  tiling.for_each_block([&](int64_t first, int64_t count) {
    transform_input(tiling, pixels, zeros, first, count, from);
    at::Tensor products = to.matrices(count);
    at::bmm_out(products, from.matrices(count), factors);
    float *square[across * across];
    for (int64_t t = 0; t < count; t++) {
      results.find(tiling[first + t], across, square);
      kernels::tile_result(to.tile(t), count * after, added, square, after);
    }
  });
  return found;
}

}  // namespace

bool serves(const at::Tensor &input, const at::Tensor &kernel, int64_t stride, int64_t zeros) {
  constexpr int64_t least_channels = 16, least_pixels = 144;
  int64_t channels = std::min(kernel.size(0), kernel.size(1));
  int64_t pixels = input.size(0) * input.size(2) * input.size(3);
  return input.scalar_type() == at::kFloat && kernel.scalar_type() == at::kFloat && stride == 1 &&
         kernel.size(2) == 3 && kernel.size(3) == 3 && zeros <= 2 && channels >= least_channels &&
         // Where pixels are few, most of the work is to transform the kernel.
         pixels >= least_pixels;
}

at::Tensor convolved(const at::Tensor &input, const at::Tensor &kernel, const at::Tensor &bias,
                     int64_t zeros) {
  return filtered(input, transformed_kernel(kernel, false).transpose(1, 2), bias, zeros);
}

at::Tensor input_gradient(const at::Tensor &gradient, const at::Tensor &kernel, int64_t zeros) {
  return filtered(gradient, transformed_kernel(kernel, true), at::zeros({kernel.size(1)}),
                  2 - zeros);
}

at::Tensor kernel_gradient(const at::Tensor &gradient, const at::Tensor &input, int64_t zeros) {
  int64_t before = input.size(1), after = gradient.size(1);
  Tiling tiling(gradient, before + after);
  Block from(tiling, before), to(tiling, after);
  std::vector<float> nothing(std::max(before, after));
  Squares<const float> pixels(input, nothing.data()), results(gradient, nothing.data());
  at::Tensor sums = at::zeros({points, after, before});
  tiling.for_each_block([&](int64_t first, int64_t count) {
    transform_input(tiling, pixels, zeros, first, count, from);
    const float *square[across * across];
    for (int64_t t = 0; t < count; t++) {
      results.find(tiling[first + t], across, square);
      kernels::tile_gradient(square, to.tile(t), count * after, after);
    }
    sums.baddbmm_(to.matrices(count).transpose(1, 2), from.matrices(count));
  });
  at::Tensor found = at::empty({after, before, 3, 3}, at::MemoryFormat::ChannelsLast);
  const float *first = elements<float>(sums);
  for_each_kernel<float>(found, [&](int64_t k, float **pixels) {
    kernels::kernel_gradient(first + k * before, after * before, pixels, before);
  });
  return found;
}

}  // namespace ctorch::winograd
