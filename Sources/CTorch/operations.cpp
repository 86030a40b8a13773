#include "internal/handle.hpp"

using ctorch::make;

ctorch_status ctorch_add(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                         char **error) {
  return make(out, error, [&] { return a->value + b->value; });
}

ctorch_status ctorch_subtract(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                              char **error) {
  return make(out, error, [&] { return a->value - b->value; });
}

ctorch_status ctorch_multiply(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                              char **error) {
  return make(out, error, [&] { return a->value * b->value; });
}

ctorch_status ctorch_affine(const ctorch_tensor *a, double scale, double shift, ctorch_tensor **out,
                            char **error) {
  return make(out, error, [&] { return a->value * scale + shift; });
}

ctorch_status ctorch_square_root(const ctorch_tensor *a, ctorch_tensor **out, char **error) {
  // at::sqrt() would call MKL, whose last bit depends on the processor's vendor even in its
  // compatible mode.
  return make(out, error, [&] { return a->value * a->value.rsqrt(); });
}

ctorch_status ctorch_sigmoid(const ctorch_tensor *a, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return a->value.sigmoid(); });
}

ctorch_status ctorch_mean(const ctorch_tensor *a, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return a->value.mean(); });
}

ctorch_status ctorch_sum(const ctorch_tensor *a, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return a->value.sum(); });
}

ctorch_status ctorch_concatenate(const ctorch_tensor *const *tensors, int32_t count, int64_t axis,
                                 ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    std::vector<at::Tensor> parts;
    for (int32_t i = 0; i < count; i++) parts.push_back(tensors[i]->value);
    return at::cat(parts, axis);
  });
}

ctorch_status ctorch_narrow(const ctorch_tensor *a, int64_t axis, int64_t start, int64_t length,
                            ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return a->value.narrow(axis, start, length); });
}
