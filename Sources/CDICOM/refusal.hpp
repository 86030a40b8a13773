#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

// A failure that is reported to the caller by its status and its sentence.
struct Refusal {
  int32_t status;
  const char *sentence;
};

constexpr int32_t damaged = 1, unsupported = 2;

constexpr Refusal truncated{damaged, "is truncated: its voxels end too early"};

// Allocates memory that the caller of `cdicom_read` frees.
inline void *allocate(size_t length) {
  void *memory = std::calloc(length ? length : 1, 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}
