#include "driver.hpp"
#include "guard.hpp"

#include <c10/core/DeviceGuard.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

// Work of a GPU that is recorded once and then repeated as one piece (CUDA graphs). LibTorch has a
// class for it in its CUDA part, which nothing here links; the driver's own functions do as well.
//
// The recorded work and what warms it up run on a stream that nothing else uses. LibTorch's
// allocator keeps the blocks of each stream apart, so what the recording uses as scratch is nobody
// else's; and it never reserves memory while it records, as the warm-up has left blocks of every
// size.

using ctorch::Driver;
using ctorch::guard;

struct ctorch_recording {
  const Driver driver;
  const c10::impl::VirtualGuardImpl device;
  const c10::Stream stream;
  c10::Stream outside;
  c10::Event event{c10::kCUDA};
  void *repeatable = nullptr;  // a CUgraphExec

  explicit ctorch_recording(c10::Device gpu)
      : device(c10::kCUDA), stream(device.getNewStream(gpu)), outside(stream) {}

  ~ctorch_recording() {
    if (repeatable) driver.status("cuGraphExecDestroy", repeatable);
  }

  // What `later` does from now on comes after what `earlier` has been asked for.
  void order(const c10::Stream &earlier, const c10::Stream &later) {
    event.record(earlier);
    event.block(later);
  }

  void enter() {
    outside = device.getStream(stream.device());
    order(outside, stream);
    device.exchangeStream(stream);
  }

  void leave() {
    device.exchangeStream(outside);
    order(stream, outside);
  }

  void begin() {
    constexpr int of_this_thread = 1;  // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
    driver.call("cuStreamBeginCapture_v2", stream.native_handle(), of_this_thread);
  }

  void end() {
    void *graph = nullptr;
    driver.call("cuStreamEndCapture", stream.native_handle(), &graph);
    int status = driver.status("cuGraphInstantiateWithFlags", &repeatable, graph, 0ull);
    driver.status("cuGraphDestroy", graph);
    Driver::check(status, "cuGraphInstantiateWithFlags");
  }

  void replay() {
    c10::Stream here = device.getStream(stream.device());
    order(here, stream);
    driver.call("cuGraphLaunch", repeatable, stream.native_handle());
    order(stream, here);
  }
};

namespace {

template <typename Body>
ctorch_status on_gpu(ctorch_recording *recording, char **error, Body body) {
  return guard(error, [&] {
    c10::DeviceGuard device(recording->stream.device());
    body();
  });
}

}  // namespace

ctorch_status ctorch_recording_make(int32_t gpu, ctorch_recording **out, char **error) {
  return guard(error, [&] {
    *out = new ctorch_recording(c10::Device(c10::kCUDA, static_cast<int8_t>(gpu)));
  });
}

void ctorch_recording_free(ctorch_recording *recording) { delete recording; }

ctorch_status ctorch_recording_enter(ctorch_recording *recording, char **error) {
  return on_gpu(recording, error, [&] { recording->enter(); });
}

ctorch_status ctorch_recording_leave(ctorch_recording *recording, char **error) {
  return on_gpu(recording, error, [&] { recording->leave(); });
}

ctorch_status ctorch_recording_begin(ctorch_recording *recording, char **error) {
  return on_gpu(recording, error, [&] { recording->begin(); });
}

ctorch_status ctorch_recording_end(ctorch_recording *recording, char **error) {
  return on_gpu(recording, error, [&] { recording->end(); });
}

ctorch_status ctorch_recording_replay(ctorch_recording *recording, char **error) {
  return on_gpu(recording, error, [&] {
    if (!recording->repeatable) throw std::logic_error("nothing is recorded");
    recording->replay();
  });
}
