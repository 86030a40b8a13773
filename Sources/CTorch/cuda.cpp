#include "guard.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

// Cards: what the driver says of them, and LibTorch's CUDA part. Nothing of CUDA is linked.

namespace ctorch {
namespace {

// The few functions of CUDA's driver that tell of cards (cuda.h: CUresult, CUdevice are int).
struct Driver {
  using Initialise = int (*)(unsigned flags);
  using Count = int (*)(int *count);
  using Device = int (*)(int *device, int index);
  using Name = int (*)(char *text, int size, int device);
  static constexpr int no_device = 100;

  void *const library = dlopen("libcuda.so.1", RTLD_NOW);

  Driver() {
    if (!library) throw std::runtime_error("this machine has no NVIDIA driver (libcuda.so.1)");
  }

  template <typename Function>
  Function function(const char *name) const {
    void *found = dlsym(library, name);
    if (!found) throw std::runtime_error(std::string("the NVIDIA driver has no ") + name);
    return reinterpret_cast<Function>(found);
  }
};

void check(int result, const char *what) {
  if (result == 0) return;
  throw std::runtime_error(std::string("the NVIDIA driver fails: ") + what + " gives status " +
                           std::to_string(result));
}

}  // namespace
}  // namespace ctorch

using ctorch::check;
using ctorch::Driver;
using ctorch::guard;

ctorch_status ctorch_cuda_cards(int32_t *count, char **error) {
  return guard(error, [&] {
    Driver driver;
    int found = 0, status = driver.function<Driver::Initialise>("cuInit")(0);
    if (status != Driver::no_device) {
      check(status, "cuInit");
      check(driver.function<Driver::Count>("cuDeviceGetCount")(&found), "cuDeviceGetCount");
    }
    *count = found;
  });
}

ctorch_status ctorch_cuda_card_name(int32_t index, char **text, char **error) {
  return guard(error, [&] {
    Driver driver;
    int device = 0;
    char name[256] = {};
    check(driver.function<Driver::Device>("cuDeviceGet")(&device, index), "cuDeviceGet");
    check(driver.function<Driver::Name>("cuDeviceGetName")(name, sizeof name, device),
          "cuDeviceGetName");
    *text = ctorch::copy(name);
  });
}

ctorch_status ctorch_load_cuda(const char *path, char **error) {
  return guard(error, [&] {
    if (!dlopen(path, RTLD_NOW | RTLD_GLOBAL)) throw std::runtime_error(dlerror());
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setBenchmarkCuDNN(false);
    // Float32 is to have its 24 bits on cards as well.
    at::globalContext().setAllowTF32CuDNN(false);
  });
}

ctorch_status ctorch_cuda_devices(int32_t *count, char **error) {
  return guard(error, [&] {
    *count = at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount()) : 0;
  });
}
