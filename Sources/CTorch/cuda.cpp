#include <c10/core/CachingDeviceAllocator.h>

#include "cuda_driver.hpp"
#include "internal/handle.hpp"

// Finds GPUs through the CUDA driver and loads LibTorch's CUDA part.

using ctorch::CUDADriver;
using ctorch::guard;

ctorch_status ctorch_cuda_driver_device_count(int32_t *count, char **error) {
  return guard(error, [&] {
    CUDADriver driver;
    int found = 0;
    int status = driver.status("cuInit", 0u);
    if (status != CUDADriver::no_device) {
      CUDADriver::check(status, "cuInit");
      driver.call("cuDeviceGetCount", &found);
    }
    *count = found;
  });
}

ctorch_status ctorch_cuda_driver_device_name(int32_t index, char **text, char **error) {
  return guard(error, [&] {
    CUDADriver driver;
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

ctorch_status ctorch_cuda_allow_tf32(bool on, char **error) {
  return guard(error, [&] {
    at::globalContext().setFloat32Precision(
        at::Float32Backend::CUDA, at::Float32Op::CONV,
        on ? at::Float32Precision::TF32 : at::Float32Precision::IEEE);
  });
}

ctorch_status ctorch_cuda_device_count(int32_t *count, char **error) {
  return guard(error, [&] {
    *count = at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount()) : 0;
  });
}

ctorch_status ctorch_cuda_empty_cache(char **error) {
  return guard(error, [&] {
    // The allocator is taken from the table of allocators. LibTorch's CUDA hooks would search for
    // the CUDA part, which they do only once in a process.
    auto *allocator = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::kCUDA));
    if (allocator && allocator->initialized()) allocator->emptyCache();
  });
}
