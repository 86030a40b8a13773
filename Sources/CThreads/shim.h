// The Linux scheduling calls that Swift's Glibc does not have.
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// Sets the time slice and the niceness of a thread, and keeps them from the threads and processes
// that it starts afterwards. Returns 0, or -1 with errno set.
//
// thread: the kernel's thread id; 0 means the calling thread.
// nice: from -20 to 19.
// slice: nanoseconds that the thread runs before others get their turn; 0 means the system's
// default.
//
// Linux honours slices from version 6.12 on and ignores them before. It clears no slice when a
// thread starts another one, unless SCHED_FLAG_RESET_ON_FORK is set. The flag stays set when a
// slice ends, because only a privileged process may clear it.
static inline int cthreads_set_slice(int thread, int nice, uint64_t slice) {
  const uint64_t reset_on_fork = 1;
  // struct sched_attr, which has no header before glibc 2.41.
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {
      .size = sizeof attributes, .flags = reset_on_fork, .nice = nice, .runtime = slice};
  return (int)syscall(SYS_sched_setattr, thread, &attributes, 0);
}
