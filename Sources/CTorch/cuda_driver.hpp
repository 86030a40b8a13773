#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace ctorch {

// Calls functions of the CUDA driver by name, so that no library of CUDA is linked. In cuda.h
// CUresult and CUdevice are int; streams, graphs and executable graphs are pointers.
class CUDADriver {
 public:
  static constexpr int no_device = 100;  // CUDA_ERROR_NO_DEVICE

  CUDADriver() {
    if (!library) throw std::runtime_error("this machine has no NVIDIA driver (libcuda.so.1)");
  }

  // Calls the function `name` and returns its status.
  template <typename... Arguments>
  int status(const char *name, Arguments... arguments) const {
    void *found = dlsym(library, name);
    if (!found) throw std::runtime_error(std::string("the NVIDIA driver has no ") + name);
    return reinterpret_cast<int (*)(Arguments...)>(found)(arguments...);
  }

  // Calls the function `name` and throws if it fails.
  template <typename... Arguments>
  void call(const char *name, Arguments... arguments) const {
    check(status(name, arguments...), name);
  }

  // Throws if `status`, returned by the function `name`, is an error.
  static void check(int status, const char *name) {
    if (status == 0) return;
    throw std::runtime_error(std::string("the NVIDIA driver fails: ") + name + " gives status " +
                             std::to_string(status));
  }

 private:
  void *const library = dlopen("libcuda.so.1", RTLD_NOW);
};

}  // namespace ctorch
