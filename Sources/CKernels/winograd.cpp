#include "winograd.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "elements.hpp"
#include "winograd_transforms.hpp"

namespace ckernels::winograd {
namespace {

// A tile has tile_size x tile_size results, which depend on input_size x input_size pixels and take
// `points` products.
constexpr int64_t tile_size = 4, input_size = 6, points = 36;

// The bytes of transformed tiles that are processed together, which fit into a core's L2 cache.
constexpr int64_t working_set = 1 << 20;

// The image of a tile and the coordinates of its first pixel.
struct TilePosition {
  int64_t image, y, x;
};

// The tiles that cover all results, and how many of them are processed together.
struct Tiling {
  int64_t columns, rows, count, block;

  // `channels` is the number of channels of everything that is transformed.
  Tiling(const at::Tensor &results, int64_t channels)
      : columns((results.size(3) + tile_size - 1) / tile_size),
        rows((results.size(2) + tile_size - 1) / tile_size),
        count(results.size(0) * rows * columns) {
    int64_t bytes = points * channels * static_cast<int64_t>(sizeof(float));
    // The size is odd, so that the planes of a block do not all start in the same cache sets.
    block = std::min(std::clamp<int64_t>(working_set / bytes, 48, 192) | 1, count);
  }

  TilePosition operator[](int64_t tile) const {
    return {tile / (rows * columns), tile / columns % rows * tile_size, tile % columns * tile_size};
  }

  template <typename Body>
  void for_each_block(Body body) const {
    for (int64_t first = 0; first < count; first += block) {
      body(first, std::min(block, count - first));
    }
  }
};

// A block of transformed tiles, stored as 36 matrices of tiles by channels.
struct Block {
  int64_t capacity, channels;
  at::Tensor whole;
  float *first;

  Block(const Tiling &tiling, int64_t channels)
      : capacity(tiling.block),
        channels(channels),
        whole(at::empty({points, capacity, channels})),
        first(elements<float>(whole)) {}

  float *tile(int64_t index) const { return first + index * channels; }

  at::Tensor matrices(int64_t tiles) const {
    if (tiles == capacity) return whole;
    return whole.as_strided({points, tiles, channels}, {tiles * channels, channels, 1});
  }
};

// Finds squares of pixels in an array. `outside` stands for every pixel beyond the border.
template <typename Value>
struct Squares {
  Value *first, *outside;
  int64_t height, width, channels;

  Squares(const at::Tensor &array, Value *outside)
      : first(elements<float>(array)),
        outside(outside),
        height(array.size(2)),
        width(array.size(3)),
        channels(array.size(1)) {}

  void find(const TilePosition &position, int64_t side, Value **pixels) const {
    Value *image = first + position.image * height * width * channels;
    for (int64_t y = position.y; y < position.y + side; y++) {
      for (int64_t x = position.x; x < position.x + side; x++) {
        bool is_inside = y >= 0 && y < height && x >= 0 && x < width;
        *pixels++ = is_inside ? image + (y * width + x) * channels : outside;
      }
    }
  }
};

// Transforms the pixels on which a block's results depend.
void transform_input(const Tiling &tiling, const Squares<const float> &input, int64_t zeros,
                     int64_t first, int64_t count, const Block &block) {
  const float *pixels[input_size * input_size];
  for (int64_t t = 0; t < count; t++) {
    TilePosition position = tiling[first + t];
    input.find({position.image, position.y - zeros, position.x - zeros}, input_size, pixels);
    transform_input_tile(pixels, block.tile(t), count * block.channels, block.channels);
  }
}

// Calls `body` with the addresses of the 3 x 3 elements of each output channel's kernel.
template <typename Value, typename Body>
void for_each_kernel(const at::Tensor &kernels, Body body) {
  Value *pixels[9], *next = elements<float>(kernels);
  for (int64_t k = 0; k < kernels.size(0); k++) {
    for (Value *&pixel : pixels) pixel = std::exchange(next, next + kernels.size(1));
    body(k, pixels);
  }
}

// Transforms the kernel, rotated by 180 degrees where `rotated` is set, to 36 matrices of output by
// input channels.
at::Tensor transformed_kernel(const at::Tensor &kernel, bool rotated) {
  int64_t outputs = kernel.size(0), inputs = kernel.size(1);
  at::Tensor found = at::empty({points, outputs, inputs});
  float *first = elements<float>(found);
  for_each_kernel<const float>(channels_last(kernel), [&](int64_t k, const float **pixels) {
    if (rotated) std::reverse(pixels, pixels + 9);
    transform_kernel(pixels, first + k * inputs, outputs * inputs, inputs);
  });
  return found;
}

// Computes the results from 36 matrices of input by output channels.
at::Tensor filtered(const at::Tensor &input, const at::Tensor &factors, const at::Tensor &bias,
                    int64_t zeros) {
  int64_t inputs = factors.size(1), outputs = factors.size(2), growth = 2 * zeros - 2;
  at::Tensor found =
      empty_channels_last(input, outputs, input.size(2) + growth, input.size(3) + growth);
  Tiling tiling(found, inputs + outputs);
  Block from(tiling, inputs), to(tiling, outputs);
  std::vector<float> zero_pixel(inputs), discarded_pixel(outputs);
  Squares<const float> pixels(input, zero_pixel.data());
  Squares<float> results(found, discarded_pixel.data());
  const float *added = elements<float>(bias);
  tiling.for_each_block([&](int64_t first, int64_t count) {
    transform_input(tiling, pixels, zeros, first, count, from);
    at::Tensor products = to.matrices(count);
    at::bmm_out(products, from.matrices(count), factors);
    float *square[tile_size * tile_size];
    for (int64_t t = 0; t < count; t++) {
      results.find(tiling[first + t], tile_size, square);
      transform_result_tile(to.tile(t), count * outputs, added, square, outputs);
    }
  });
  return found;
}

}  // namespace

bool supports(const at::Tensor &input, const at::Tensor &kernel, int64_t stride, int64_t zeros) {
  constexpr int64_t least_channels = 16, least_pixels = 144;
  int64_t channels = std::min(kernel.size(0), kernel.size(1));
  int64_t pixels = input.size(0) * input.size(2) * input.size(3);
  return input.scalar_type() == at::kFloat && kernel.scalar_type() == at::kFloat && stride == 1 &&
         kernel.size(2) == 3 && kernel.size(3) == 3 && zeros <= 2 && channels >= least_channels &&
         // With few pixels most of the work would be the transform of the kernel.
         pixels >= least_pixels;
}

at::Tensor convolve(const at::Tensor &input, const at::Tensor &kernel, const at::Tensor &bias,
                    int64_t zeros) {
  return filtered(input, transformed_kernel(kernel, false).transpose(1, 2), bias, zeros);
}

at::Tensor input_gradient(const at::Tensor &gradient, const at::Tensor &kernel, int64_t zeros) {
  return filtered(gradient, transformed_kernel(kernel, true), at::zeros({kernel.size(1)}),
                  2 - zeros);
}

at::Tensor kernel_gradient(const at::Tensor &gradient, const at::Tensor &input, int64_t zeros) {
  int64_t inputs = input.size(1), outputs = gradient.size(1);
  Tiling tiling(gradient, inputs + outputs);
  Block from(tiling, inputs), to(tiling, outputs);
  std::vector<float> zero_pixel(std::max(inputs, outputs));
  Squares<const float> pixels(input, zero_pixel.data()), results(gradient, zero_pixel.data());
  at::Tensor sums = at::zeros({points, outputs, inputs});
  tiling.for_each_block([&](int64_t first, int64_t count) {
    transform_input(tiling, pixels, zeros, first, count, from);
    const float *square[tile_size * tile_size];
    for (int64_t t = 0; t < count; t++) {
      results.find(tiling[first + t], tile_size, square);
      transform_gradient_tile(square, to.tile(t), count * outputs, outputs);
    }
    sums.baddbmm_(to.matrices(count).transpose(1, 2), from.matrices(count));
  });
  at::Tensor found = at::empty({outputs, inputs, 3, 3}, at::MemoryFormat::ChannelsLast);
  const float *first = elements<float>(sums);
  for_each_kernel<float>(found, [&](int64_t k, float **pixels) {
    transform_kernel_gradient(first + k * inputs, outputs * inputs, pixels, inputs);
  });
  return found;
}

}  // namespace ckernels::winograd
