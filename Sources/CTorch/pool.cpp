#include "guard.hpp"

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

// LibTorch's memory on the processor: what large blocks leave is kept and used again.
//
// A training step asks for the same sizes again and again. The C library gives each large block
// back to the system and fetches it anew, page by page, each page zeroed: a fifth of a step. Here
// blocks of whole huge pages, where the system grants those, are cut from address space that is
// reserved once; neighbours that fall idle grow together, so that pages of any blocks serve any
// other. No more pages are in memory than were ever in use at once.
namespace {

constexpr size_t large = 1 << 20, page = 1 << 21;
// Address space that is reserved in one piece, if the system lets us.
constexpr size_t reservation = size_t(1) << 36;

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
    most = used;
    forget_beyond_most();
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
  using Ranges = std::map<char *, size_t>;

  c10::Allocator *const before = c10::GetDefaultCPUAllocator();
  std::mutex mutex;  // guards all that follows
  std::unordered_map<void *, size_t> live;
  Ranges idle;                         // of addresses; no two are neighbours
  std::unordered_set<char *> present;  // pages that are in memory, or will be at once
  char *frontier = nullptr;            // no block ever reached beyond
  size_t used = 0, most = 0;           // bytes in `live`, and most ever

  static void release(void *start) { pool().give_back(start); }

  void *block(size_t bytes) {
    std::lock_guard lock(mutex);
    size_t size = (bytes + page - 1) / page * page;
    Ranges::iterator range = best(size);
    if (range == idle.end()) range = reserve(size);
    auto [start, length] = *range;
    bring_in(start, size);
    idle.erase(range);
    if (length > size) idle.emplace(start + size, length - size);
    live.emplace(start, size);
    used += size;
    most = std::max(most, used);
    // What is kept must not add up: sizes change from one job to the next.
    forget_beyond_most();
    return start;
  }

  // Makes use of addresses. Only now do they count where the system promises no more than it has.
  void bring_in(char *start, size_t size) {
    frontier = std::max(frontier, start + size);
    for (char *place = start; place < start + size; place += page) {
      if (present.contains(place)) continue;
      if (mprotect(place, page, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
      present.insert(place);
    }
  }

  // The range whose beginning needs the fewest pages that are not in memory; of equal ones the
  // shortest.
  Ranges::iterator best(size_t size) {
    Ranges::iterator found = idle.end();
    std::pair<size_t, size_t> least;
    for (auto range = idle.begin(); range != idle.end(); ++range) {
      auto [start, length] = *range;
      if (length < size) continue;
      size_t absent = 0;
      for (size_t i = 0; i < size; i += page) absent += !present.contains(start + i);
      if (found == idle.end() || std::pair(absent, length) < least) {
        found = range;
        least = {absent, length};
      }
    }
    return found;
  }

  // Fresh addresses that begin with a page.
  Ranges::iterator reserve(size_t size) {
    for (size_t length = std::max(size, reservation);; length = std::max(size, length / 2)) {
      void *found = mmap(nullptr, length + page, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (found != MAP_FAILED) {
        char *start = static_cast<char *>(found);
        start += (page - reinterpret_cast<uintptr_t>(found) % page) % page;
        length = length / page * page;
        madvise(start, length, MADV_HUGEPAGE);
        return idle.emplace(start, length).first;
      }
      if (length == size) throw std::bad_alloc();
    }
  }

  // Gives idle pages back, those of the shortest ranges first and each from its end: what is left
  // serves large blocks.
  void forget_beyond_most() {
    if (present.size() * page <= most) return;
    std::vector<std::pair<size_t, char *>> ranges;
    for (auto [start, length] : idle) {
      if (start < frontier) ranges.emplace_back(std::min(length, size_t(frontier - start)), start);
    }
    std::sort(ranges.begin(), ranges.end());
    for (auto [length, start] : ranges) {
      for (char *place = start + length; place > start;) {
        place -= page;
        if (present.erase(place) > 0) madvise(place, page, MADV_DONTNEED);
        if (present.size() * page <= most) return;
      }
    }
  }

  void give_back(void *start) {
    // Only blocks begin with a page, but for the odd coincidence.
    if (reinterpret_cast<uintptr_t>(start) % page == 0) {
      std::lock_guard lock(mutex);
      if (auto found = live.find(start); found != live.end()) {
        used -= found->second;
        fall_idle(static_cast<char *>(start), found->second);
        live.erase(found);
        return;
      }
    }
    before->raw_deallocate(start);
  }

  void fall_idle(char *start, size_t size) {
    Ranges::iterator next = idle.lower_bound(start);
    if (next != idle.end() && next->first == start + size) {
      size += next->second;
      next = idle.erase(next);
    }
    if (next != idle.begin()) {
      Ranges::iterator previous = std::prev(next);
      if (previous->first + previous->second == start) {
        previous->second += size;
        return;
      }
    }
    idle.emplace_hint(next, start, size);
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
