#include <c10/core/DeviceGuard.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "cuda_driver.hpp"
#include "internal/handle.hpp"

// A CUDA graph is work of a GPU that is captured once and then replayed by one call. LibTorch's
// class for graphs is in its CUDA part, which is not linked here; the driver's own functions
// suffice.
//
// The captured work and its warm-up run on a stream that nothing else uses. LibTorch's allocator
// keeps the blocks of each stream apart, so no other work gets the graph's scratch memory. The
// allocator never reserves memory during the capture, because the warm-up has left free blocks of
// every size.

using ctorch::CUDADriver;
using ctorch::guard;

struct ctorch_cuda_graph {
  const CUDADriver driver;
  const c10::impl::VirtualGuardImpl device;
  const c10::Stream stream;
  c10::Stream outer_stream;
  c10::Event event{c10::kCUDA};
  void *executable = nullptr;  // a CUgraphExec

  explicit ctorch_cuda_graph(c10::Device gpu)
      : device(c10::kCUDA), stream(device.getNewStream(gpu)), outer_stream(stream) {}

  ~ctorch_cuda_graph() {
    if (executable) driver.status("cuGraphExecDestroy", executable);
  }

  // Makes work that is submitted to `later` from now on wait for the work already submitted to
  // `earlier`.
  void order(const c10::Stream &earlier, const c10::Stream &later) {
    event.record(earlier);
    event.block(later);
  }

  void enter_stream() {
    outer_stream = device.getStream(stream.device());
    order(outer_stream, stream);
    device.exchangeStream(stream);
  }

  void leave_stream() {
    device.exchangeStream(outer_stream);
    order(stream, outer_stream);
  }

  void capture_begin() {
    constexpr int thread_local_mode = 1;  // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
    driver.call("cuStreamBeginCapture_v2", stream.native_handle(), thread_local_mode);
  }

  void capture_end() {
    void *graph = nullptr;
    driver.call("cuStreamEndCapture", stream.native_handle(), &graph);
    int status = driver.status("cuGraphInstantiateWithFlags", &executable, graph, 0ull);
    driver.status("cuGraphDestroy", graph);
    CUDADriver::check(status, "cuGraphInstantiateWithFlags");
  }

  void replay() {
    c10::Stream current = device.getStream(stream.device());
    order(current, stream);
    driver.call("cuGraphLaunch", executable, stream.native_handle());
    order(stream, current);
  }
};

namespace {

// Runs `body` with the graph's GPU as the current device.
template <typename Body>
ctorch_status on_device(ctorch_cuda_graph *graph, char **error, Body body) {
  return guard(error, [&] {
    c10::DeviceGuard device(graph->stream.device());
    body();
  });
}

}  // namespace

ctorch_status ctorch_cuda_graph_make(int32_t gpu, ctorch_cuda_graph **out, char **error) {
  return guard(error, [&] {
    *out = new ctorch_cuda_graph(c10::Device(c10::kCUDA, static_cast<int8_t>(gpu)));
  });
}

void ctorch_cuda_graph_free(ctorch_cuda_graph *graph) { delete graph; }

ctorch_status ctorch_cuda_graph_enter_stream(ctorch_cuda_graph *graph, char **error) {
  return on_device(graph, error, [&] { graph->enter_stream(); });
}

ctorch_status ctorch_cuda_graph_leave_stream(ctorch_cuda_graph *graph, char **error) {
  return on_device(graph, error, [&] { graph->leave_stream(); });
}

ctorch_status ctorch_cuda_graph_capture_begin(ctorch_cuda_graph *graph, char **error) {
  return on_device(graph, error, [&] { graph->capture_begin(); });
}

ctorch_status ctorch_cuda_graph_capture_end(ctorch_cuda_graph *graph, char **error) {
  return on_device(graph, error, [&] { graph->capture_end(); });
}

ctorch_status ctorch_cuda_graph_replay(ctorch_cuda_graph *graph, char **error) {
  return on_device(graph, error, [&] {
    if (!graph->executable) throw std::logic_error("the CUDA graph has captured nothing");
    graph->replay();
  });
}
