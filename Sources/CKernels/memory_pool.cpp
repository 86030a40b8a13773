#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "CKernels.h"
#include "internal/handle.hpp"

// A pool for the large blocks of LibTorch's CPU memory, which keeps and reuses freed blocks.
//
// A training step allocates the same sizes again and again. The C library returns each large block
// to the system and requests it again, and the system zeroes every page, which took a fifth of a
// step. The pool cuts blocks of whole huge pages (if the system grants those) from address space
// that it reserves once. Neighbouring free blocks merge, so that their pages can serve any other
// block. No more pages are in memory than were in use at the peak.
namespace {

// Smaller blocks, in bytes, are left to LibTorch's own allocator.
constexpr size_t large_block = 1 << 20;
constexpr size_t page = 1 << 21;
// The bytes of address space that are reserved in one piece, if the system allows it.
constexpr size_t reservation = size_t(1) << 36;

class MemoryPool final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void *start = bytes < large_block ? small_blocks->raw_allocate(bytes) : allocate_block(bytes);
    // Context and data must be the same pointer: oneDNN allocates its scratch memory without a
    // DataPtr.
    return {start, start, release, c10::DeviceType::CPU};
  }

  c10::DeleterFnPtr raw_deleter() const override { return release; }

  void copy_data(void *to, const void *from, size_t count) const override {
    std::copy_n(static_cast<const char *>(from), count, static_cast<char *>(to));
  }

  // Gives all free blocks back to the system.
  void clear() {
    std::lock_guard lock(mutex);
    peak = used;
    trim_to_peak();
  }

  size_t peak_bytes() {
    std::lock_guard lock(mutex);
    return peak;
  }

  static MemoryPool &shared() {
    // The pool is never destroyed, because tensors may outlive everything else.
    static MemoryPool *shared = new MemoryPool;
    return *shared;
  }

 private:
  using Ranges = std::map<char *, size_t>;

  c10::Allocator *const small_blocks = c10::GetDefaultCPUAllocator();
  std::mutex mutex;  // guards the members below
  std::unordered_map<void *, size_t> live;
  Ranges free_ranges;                  // address ranges; no two are adjacent
  std::unordered_set<char *> present;  // pages that are in memory or about to be used
  char *frontier = nullptr;            // the end of the highest block that ever was
  size_t used = 0;                     // bytes in `live`
  size_t peak = 0;                     // largest value of `used` since the pool was emptied

  static void release(void *start) { shared().deallocate(start); }

  void *allocate_block(size_t bytes) {
    std::lock_guard lock(mutex);
    size_t size = (bytes + page - 1) / page * page;
    Ranges::iterator range = best_range(size);
    if (range == free_ranges.end()) range = reserve(size);
    auto [start, length] = *range;
    commit(start, size);
    free_ranges.erase(range);
    if (length > size) free_ranges.emplace(start + size, length - size);
    live.emplace(start, size);
    used += size;
    peak = std::max(peak, used);
    // Sizes change from one job to the next, so kept pages must not accumulate.
    trim_to_peak();
    return start;
  }

  // Makes addresses usable. A system that does not overcommit memory counts them as used from this
  // call on.
  void commit(char *start, size_t size) {
    frontier = std::max(frontier, start + size);
    for (char *address = start; address < start + size; address += page) {
      if (present.contains(address)) continue;
      if (mprotect(address, page, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
      present.insert(address);
    }
  }

  // Returns the free range whose beginning has the fewest pages that are not in memory; if several
  // are equal, the shortest of them.
  Ranges::iterator best_range(size_t size) {
    Ranges::iterator found = free_ranges.end();
    std::pair<size_t, size_t> least;
    for (auto range = free_ranges.begin(); range != free_ranges.end(); ++range) {
      auto [start, length] = *range;
      if (length < size) continue;
      size_t absent = 0;
      for (size_t i = 0; i < size; i += page) absent += !present.contains(start + i);
      if (found == free_ranges.end() || std::pair(absent, length) < least) {
        found = range;
        least = {absent, length};
      }
    }
    return found;
  }

  // Reserves new address space that begins on a page boundary.
  Ranges::iterator reserve(size_t size) {
    for (size_t length = std::max(size, reservation);; length = std::max(size, length / 2)) {
      void *found = mmap(nullptr, length + page, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (found != MAP_FAILED) {
        char *start = static_cast<char *>(found);
        start += (page - reinterpret_cast<uintptr_t>(found) % page) % page;
        length = length / page * page;
        madvise(start, length, MADV_HUGEPAGE);
        return free_ranges.emplace(start, length).first;
      }
      if (length == size) throw std::bad_alloc();
    }
  }

  // Gives free pages back to the system until no more are in memory than at the peak. Pages of the
  // shortest ranges go first, each range from its end, so that those that stay serve large blocks.
  void trim_to_peak() {
    if (present.size() * page <= peak) return;
    std::vector<std::pair<size_t, char *>> ranges;
    for (auto [start, length] : free_ranges) {
      if (start < frontier) ranges.emplace_back(std::min(length, size_t(frontier - start)), start);
    }
    std::sort(ranges.begin(), ranges.end());
    for (auto [length, start] : ranges) {
      for (char *address = start + length; address > start;) {
        address -= page;
        if (present.erase(address) > 0) madvise(address, page, MADV_DONTNEED);
        if (present.size() * page <= peak) return;
      }
    }
  }

  void deallocate(void *start) {
    // Every block of the pool begins on a page boundary; a small block does so only by coincidence.
    if (reinterpret_cast<uintptr_t>(start) % page == 0) {
      std::lock_guard lock(mutex);
      if (auto found = live.find(start); found != live.end()) {
        used -= found->second;
        add_free_range(static_cast<char *>(start), found->second);
        live.erase(found);
        return;
      }
    }
    small_blocks->raw_deallocate(start);
  }

  void add_free_range(char *start, size_t size) {
    Ranges::iterator next = free_ranges.lower_bound(start);
    if (next != free_ranges.end() && next->first == start + size) {
      size += next->second;
      next = free_ranges.erase(next);
    }
    if (next != free_ranges.begin()) {
      Ranges::iterator previous = std::prev(next);
      if (previous->first + previous->second == start) {
        previous->second += size;
        return;
      }
    }
    free_ranges.emplace_hint(next, start, size);
  }
};

}  // namespace

ctorch_status ckernels_use_memory_pool(char **error) {
  return ctorch::guard(error, [&] { c10::SetCPUAllocator(&MemoryPool::shared(), 1); });
}

ctorch_status ckernels_peak_memory(int64_t *bytes, char **error) {
  return ctorch::guard(error,
                       [&] { *bytes = static_cast<int64_t>(MemoryPool::shared().peak_bytes()); });
}

ctorch_status ckernels_empty_memory_pool(char **error) {
  return ctorch::guard(error, [&] { MemoryPool::shared().clear(); });
}
