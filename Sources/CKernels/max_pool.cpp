#include <stdexcept>

#include "CKernels.h"
#include "autograd_saved.hpp"
#include "elements.hpp"
#include "internal/handle.hpp"
#include "row_kernels.hpp"

// Max pooling as a step of differentiation that saves one byte per result: the index of the maximum
// in its window. LibTorch's own saves the input and eight bytes per result. This one works on the
// CPU's memory.

namespace ckernels {
namespace {

struct MaxPool : torch::autograd::Function<MaxPool> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input, int64_t size) {
    if (input.dim() != 4 || size < 1 || size > 16 || input.size(2) % size != 0 ||
        input.size(3) % size != 0) {
      throw std::invalid_argument(
          "max pooling needs windows of 1 to 16 pixels a side that divide the images' height and "
          "width");
    }
    at::Tensor x = channels_last(input);
    int64_t rows = x.size(0) * x.size(2) / size, width = x.size(3) / size, channels = x.size(1);
    at::Tensor out = empty_channels_last(x, channels, x.size(2) / size, width);
    at::Tensor index = at::empty({rows, width, channels}, at::kByte);
    with_elements(x, [&](auto *from) {
      using T = std::remove_pointer_t<decltype(from)>;
      for (int64_t row = 0; row < rows; row++) {
        int64_t first = row * width * channels, stride = size * width * channels;
        rows::pool(static_cast<const T *>(from) + row * size * stride, elements<T>(out) + first,
                   elements<uint8_t>(index) + first, width, channels, size, stride);
      }
    });
    context->saved_data["index"] = index;
    context->saved_data["size"] = size;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list &gradients) {
    at::Tensor dy = channels_last(take_gradient(gradients)),
               index = context->saved_data["index"].toTensor();
    int64_t size = context->saved_data["size"].toInt(), rows = index.size(0);
    int64_t width = index.size(1), channels = index.size(2);
    at::Tensor dx = empty_channels_last(dy, channels, dy.size(2) * size, width * size);
    with_elements(dy, [&](auto *from) {
      using T = std::remove_pointer_t<decltype(from)>;
      for (int64_t row = 0; row < rows; row++) {
        int64_t first = row * width * channels, stride = size * width * channels;
        rows::unpool(static_cast<const T *>(from) + first,
                     static_cast<const uint8_t *>(elements<uint8_t>(index)) + first,
                     elements<T>(dx) + row * size * stride, width, channels, size, stride);
      }
    });
    return {dx, {}};
  }
};

}  // namespace
}  // namespace ckernels

ctorch_status ckernels_max_pool(const ctorch_tensor *input, int64_t size, ctorch_tensor **out,
                                char **error) {
  return ctorch::make(out, error, [&] {
    if (input->value.is_cuda()) return at::max_pool2d(input->value, {size, size});
    return ckernels::MaxPool::apply(input->value, size);
  });
}
