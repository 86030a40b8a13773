#include "internal/handle.hpp"

ctorch_status ctorch_adam(ctorch_tensor *const *parameters, ctorch_tensor *const *first_moments,
                          ctorch_tensor *const *second_moments, int32_t count, ctorch_tensor *step,
                          double rate, double beta1, double beta2, double epsilon, char **error) {
  return ctorch::guard(error, [&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> values, grads, first, second;
    for (int32_t i = 0; i < count; i++) {
      const at::Tensor &grad = parameters[i]->value.grad();
      if (!grad.defined()) continue;
      values.push_back(parameters[i]->value);
      grads.push_back(grad);
      first.push_back(first_moments[i]->value);
      second.push_back(second_moments[i]->value);
    }
    step->value.add_(1);
    std::vector<at::Tensor> steps(values.size(), step->value);
    at::_fused_adam_(values, grads, first, second, {}, steps, rate, beta1, beta2, 0, epsilon, false,
                     false, std::nullopt, std::nullopt);
  });
}
