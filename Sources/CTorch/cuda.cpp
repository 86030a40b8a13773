#include "driver.hpp"
#include "guard.hpp"

#include <c10/core/CachingDeviceAllocator.h>

// GPUs: what the driver says of them, and LibTorch's CUDA part.

using ctorch::Driver;
using ctorch::guard;

ctorch_status ctorch_cuda_driver_devices(int32_t *count, char **error) {
  return guard(error, [&] {
    Driver driver;
    int found = 0, status = driver.status("cuInit", 0u);
    if (status != Driver::no_device) {
      Driver::check(status, "cuInit");
      driver.call("cuDeviceGetCount", &found);
    }
    *count = found;
  });
}

ctorch_status ctorch_cuda_device_name(int32_t index, char **text, char **error) {
  return guard(error, [&] {
    Driver driver;
    int device = 0;
    char name[256] = {};
    driver.call("cuDeviceGet", &device, index);
    driver.call("cuDeviceGetName", &name[0], static_cast<int>(sizeof name), device);
    *text = ctorch::copy(name);
  });
}

ctorch_status ctorch_load_cuda(const char *path, char **error) {
  return guard(error, [&] {
    if (!dlopen(path, RTLD_NOW | RTLD_GLOBAL)) throw std::runtime_error(dlerror());
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setBenchmarkCuDNN(false);
  });
}

ctorch_status ctorch_set_rounded_factors(bool on, char **error) {
  return guard(error, [&] {
    at::globalContext().setFloat32Precision(
        at::Float32Backend::CUDA, at::Float32Op::CONV,
        on ? at::Float32Precision::TF32 : at::Float32Precision::IEEE);
  });
}

ctorch_status ctorch_cuda_devices(int32_t *count, char **error) {
  return guard(error, [&] {
    *count = at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount()) : 0;
  });
}

ctorch_status ctorch_cuda_release_memory(char **error) {
  return guard(error, [&] {
    // From the table of allocators: to ask for the CUDA part would have the library look for it,
    // which it does once.
    auto *gpus = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::kCUDA));
    if (gpus && gpus->initialized()) gpus->emptyCache();
  });
}
