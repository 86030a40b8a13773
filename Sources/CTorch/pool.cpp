#include "guard.hpp"

#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>

// LibTorch's memory on the processor: large blocks are kept and used again.
//
// A training step asks for the same sizes again and again. The C library gives each large block back
// to the system and fetches it anew, page by page, each page zeroed: a fifth of a step. Kept blocks
// lie on huge pages where the system grants them.
namespace {

constexpr size_t large = 1 << 20, page = 1 << 21;

class Pool final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void *start = bytes < large ? before->raw_allocate(bytes) : block(bytes);
    // Context and data are the same: oneDNN's scratch memory is asked for without a DataPtr.
    return {start, start, release, c10::DeviceType::CPU};
  }

  c10::DeleterFnPtr raw_deleter() const override { return release; }

  void copy_data(void *to, const void *from, size_t count) const override {
    std::copy_n(static_cast<const char *>(from), count, static_cast<char *>(to));
  }

  // Gives all that is not in use back to the system.
  void clear() {
    std::lock_guard lock(mutex);
    drop_until(0);
    most = used;
  }

  size_t most_used() {
    std::lock_guard lock(mutex);
    return most;
  }

  static Pool &pool() {
    // Never destroyed: tensors may outlive everything else.
    static Pool *only = new Pool;
    return *only;
  }

 private:
  c10::Allocator *const before = c10::GetDefaultCPUAllocator();
  std::mutex mutex;  // guards all that follows
  std::unordered_map<void *, size_t> live;
  std::multimap<size_t, void *> idle;
  size_t used = 0, kept = 0, most = 0;  // bytes in `live`, in `idle`, and most ever in `live`

  static void release(void *start) { pool().give_back(start); }

  void *block(size_t bytes) {
    std::lock_guard lock(mutex);
    // An idle one that is at most an eighth too large.
    auto found = idle.lower_bound(bytes);
    bool fits = found != idle.end() && found->first <= bytes + bytes / 8;
    size_t size = fits ? found->first : (bytes + page - 1) / page * page;
    void *start = fits ? found->second : map(size);
    if (fits) {
      idle.erase(found);
      kept -= size;
    }
    live.emplace(start, size);
    used += size;
    most = std::max(most, used);
    return start;
  }

  // Fresh memory that begins with a page.
  void *map(size_t size) {
    // What is kept must not add up: sizes change from one job to the next.
    drop_until(most > used + size ? most - used - size : 0);
    void *found =
        mmap(nullptr, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) throw std::bad_alloc();
    size_t head = (page - reinterpret_cast<uintptr_t>(found) % page) % page;
    char *start = static_cast<char *>(found) + head;
    if (head > 0) munmap(found, head);
    munmap(start + size, page - head);
    madvise(start, size, MADV_HUGEPAGE);
    return start;
  }

  void drop_until(size_t bytes) {
    while (kept > bytes) {
      auto last = std::prev(idle.end());
      kept -= last->first;
      munmap(last->second, last->first);
      idle.erase(last);
    }
  }

  void give_back(void *start) {
    // Only blocks begin with a page, but for the odd coincidence.
    if (reinterpret_cast<uintptr_t>(start) % page == 0) {
      std::lock_guard lock(mutex);
      if (auto found = live.find(start); found != live.end()) {
        used -= found->second;
        kept += found->second;
        idle.emplace(found->second, start);
        live.erase(found);
        return;
      }
    }
    before->raw_deallocate(start);
  }
};

}  // namespace

ctorch_status ctorch_pool_memory(char **error) {
  return ctorch::guard(error, [&] { c10::SetCPUAllocator(&Pool::pool(), 1); });
}

ctorch_status ctorch_most_memory(int64_t *bytes, char **error) {
  return ctorch::guard(
      error, [&] { *bytes = static_cast<int64_t>(Pool::pool().most_used()); });
}

ctorch_status ctorch_release_memory(char **error) {
  return ctorch::guard(error, [&] { Pool::pool().clear(); });
}
