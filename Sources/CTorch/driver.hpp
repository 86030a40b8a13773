#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace ctorch {

// CUDA's driver, asked for by name: nothing of CUDA is linked. In cuda.h CUresult and CUdevice are
// int; streams, graphs and what is made of graphs are pointers.
class Driver {
 public:
  static constexpr int no_device = 100;

  Driver() {
    if (!library) throw std::runtime_error("this machine has no NVIDIA driver (libcuda.so.1)");
  }

  // Calls the function of that name; its status.
  template <typename... Arguments>
  int status(const char *name, Arguments... arguments) const {
    void *found = dlsym(library, name);
    if (!found) throw std::runtime_error(std::string("the NVIDIA driver has no ") + name);
    return reinterpret_cast<int (*)(Arguments...)>(found)(arguments...);
  }

  // The same; throws where it fails.
  template <typename... Arguments>
  void call(const char *name, Arguments... arguments) const {
    check(status(name, arguments...), name);
  }

  static void check(int status, const char *what) {
    if (status == 0) return;
    throw std::runtime_error(std::string("the NVIDIA driver fails: ") + what + " gives status " +
                             std::to_string(status));
  }

 private:
  void *const library = dlopen("libcuda.so.1", RTLD_NOW);
};

}  // namespace ctorch
