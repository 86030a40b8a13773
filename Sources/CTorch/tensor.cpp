#include <algorithm>
#include <stdexcept>

#include "internal/handle.hpp"

using ctorch::guard;
using ctorch::make;

void ctorch_tensor_free(ctorch_tensor *tensor) { delete tensor; }

ctorch_status ctorch_from_floats(const float *values, const int64_t *shape, int32_t rank,
                                 ctorch_device device, ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    at::Tensor host = at::empty(at::IntArrayRef(shape, rank), at::kFloat);
    std::copy_n(values, host.numel(), static_cast<float *>(host.mutable_data_ptr()));
    return device < 0 ? host : host.to(at::Device(at::kCUDA, static_cast<int8_t>(device)));
  });
}

ctorch_status ctorch_rank(const ctorch_tensor *tensor, int32_t *rank, char **error) {
  return guard(error, [&] { *rank = static_cast<int32_t>(tensor->value.dim()); });
}

ctorch_status ctorch_shape(const ctorch_tensor *tensor, int64_t *shape, char **error) {
  return guard(error, [&] {
    at::IntArrayRef sizes = tensor->value.sizes();
    std::copy(sizes.begin(), sizes.end(), shape);
  });
}

ctorch_status ctorch_copy_floats(const ctorch_tensor *tensor, float *values, int64_t count,
                                 char **error) {
  return guard(error, [&] {
    if (tensor->value.numel() != count) throw std::length_error("wrong number of elements");
    // copy_ converts layout, type and device in one pass.
    at::from_blob(values, tensor->value.sizes(), at::kFloat).copy_(tensor->value.detach());
  });
}

ctorch_status ctorch_copy_stored(const ctorch_tensor *tensor, float *values, int64_t count,
                                 bool *channels_last, char **error) {
  return guard(error, [&] {
    at::Tensor x = tensor->value.detach();
    if (x.numel() != count) throw std::length_error("wrong number of elements");
    bool is_last = !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast);
    if (is_last) x = x.permute({0, 2, 3, 1});
    at::from_blob(values, x.sizes(), at::kFloat).copy_(x);
    *channels_last = is_last;
  });
}

ctorch_status ctorch_assign(ctorch_tensor *tensor, const ctorch_tensor *value, char **error) {
  return guard(error, [&] {
    at::NoGradGuard no_grad;
    tensor->value.copy_(value->value);
  });
}

ctorch_status ctorch_assign_floats(ctorch_tensor *tensor, const float *values, int64_t count,
                                   char **error) {
  return guard(error, [&] {
    if (tensor->value.numel() != count) throw std::length_error("wrong number of elements");
    at::NoGradGuard no_grad;
    // The values are only read, although from_blob takes a pointer to mutable ones.
    tensor->value.copy_(
        at::from_blob(const_cast<float *>(values), tensor->value.sizes(), at::kFloat));
  });
}

ctorch_status ctorch_row_major_floats(ctorch_tensor *tensor, float **values, char **error) {
  return guard(error, [&] {
    const at::Tensor &x = tensor->value;
    bool is_row_major = x.is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous();
    *values = is_row_major ? static_cast<float *>(x.mutable_data_ptr()) : nullptr;
  });
}

ctorch_status ctorch_lerp_(ctorch_tensor *tensor, const ctorch_tensor *end, double weight,
                           char **error) {
  return guard(error, [&] {
    at::NoGradGuard no_grad;
    tensor->value.lerp_(end->value.detach(), weight);
  });
}

ctorch_status ctorch_detach(const ctorch_tensor *tensor, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return tensor->value.detach(); });
}

ctorch_status ctorch_clone(const ctorch_tensor *tensor, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return tensor->value.clone(); });
}

ctorch_status ctorch_cast(const ctorch_tensor *tensor, bool bfloat16, ctorch_tensor **out,
                          char **error) {
  return make(out, error, [&] { return tensor->value.to(bfloat16 ? at::kBFloat16 : at::kFloat); });
}

ctorch_status ctorch_channels_last(const ctorch_tensor *tensor, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return tensor->value.contiguous(at::MemoryFormat::ChannelsLast); });
}

ctorch_status ctorch_nhwc_to_nchw(const ctorch_tensor *images, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return images->value.permute({0, 3, 1, 2}); });
}

ctorch_status ctorch_channels_to_batch(const ctorch_tensor *images, ctorch_tensor **out,
                                       char **error) {
  return make(out, error, [&] { return images->value.flatten(0, 1).unsqueeze(1); });
}

ctorch_status ctorch_require_grad(ctorch_tensor *tensor, bool on, char **error) {
  return guard(error, [&] { tensor->value.set_requires_grad(on); });
}

ctorch_status ctorch_backward(ctorch_tensor *scalar, char **error) {
  return guard(error, [&] { scalar->value.backward(); });
}

ctorch_status ctorch_grad(const ctorch_tensor *tensor, ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    if (!tensor->value.grad().defined()) throw std::logic_error("the tensor has no gradient");
    return tensor->value.grad();
  });
}

ctorch_status ctorch_clear_grad(ctorch_tensor *tensor, char **error) {
  return guard(error, [&] { tensor->value.mutable_grad().reset(); });
}
