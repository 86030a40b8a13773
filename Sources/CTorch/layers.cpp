#include "guard.hpp"

using ctorch::guard;
using ctorch::make;

ctorch_status ctorch_sigmoid(const ctorch_tensor *a, ctorch_tensor **out, char **error) {
  return make(out, error, [&] { return a->value.sigmoid(); });
}

ctorch_status ctorch_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                            const ctorch_tensor *bias, int64_t stride, int64_t padding,
                            ctorch_tensor **out, char **error) {
  return make(out, error, [&] {
    at::ScalarType type = input->value.scalar_type();
    return at::conv2d(input->value, weight->value.to(type), bias->value.to(type), {stride, stride},
                      at::IntArrayRef{padding, padding});
  });
}

ctorch_status ctorch_reflection_pad(const ctorch_tensor *input, int64_t pixels, ctorch_tensor **out,
                                    char **error) {
  return make(out, error, [&] {
    return at::reflection_pad2d(input->value, {pixels, pixels, pixels, pixels});
  });
}

ctorch_status ctorch_max_pool(const ctorch_tensor *input, int64_t size, ctorch_tensor **out,
                              char **error) {
  return make(out, error, [&] { return at::max_pool2d(input->value, {size, size}); });
}

ctorch_status ctorch_adam(ctorch_tensor *const *parameters, ctorch_tensor *const *first_moments,
                          ctorch_tensor *const *second_moments, int32_t count, int64_t step,
                          double rate, double beta1, double beta2, double epsilon, char **error) {
  return guard(error, [&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> values, grads, first, second, steps;
    for (int32_t i = 0; i < count; i++) {
      const at::Tensor &grad = parameters[i]->value.grad();
      if (!grad.defined()) continue;
      values.push_back(parameters[i]->value);
      grads.push_back(grad);
      first.push_back(first_moments[i]->value);
      second.push_back(second_moments[i]->value);
      steps.push_back(at::full({}, static_cast<float>(step), grad.options()));
    }
    at::_fused_adam_(values, grads, first, second, {}, steps, rate, beta1, beta2, 0, epsilon, false,
                     false, std::nullopt, std::nullopt);
  });
}
