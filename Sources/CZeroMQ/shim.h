// libzmq, and what Swift's Glibc lacks of Linux: eventfd, and the time slice of a thread.
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zmq.h>

// Has a thread (0: the calling one), which is of that niceness, run for so long at once where
// others wait; 0 for as long as any other. Systems before Linux 6.12 ignore it.
static inline int czeromq_set_slice(int thread, int niceness, uint64_t nanoseconds) {
  struct {  // sched_attr, for which there is no header before glibc 2.41
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } wanted = {.size = sizeof wanted, .nice = niceness, .runtime = nanoseconds};
  return (int)syscall(SYS_sched_setattr, thread, &wanted, 0);
}
