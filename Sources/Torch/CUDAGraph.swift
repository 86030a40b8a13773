import CTorch

/// A CUDA graph: work of a GPU that is captured once and then replayed by one call.
///
/// Without a graph the host submits several hundred operations for every training step, and the GPU
/// waits for them when networks are small.
///
/// A replay runs the same operations on the same tensors. Values that differ from one replay to the
/// next must be assigned to tensors in between. A graph is not `Sendable`: it stays on the thread
/// that made it. Every function throws a `DipperError` of code `torchFailed` if a call to the GPU
/// fails.
public final class CUDAGraph {
  private let handle: OpaquePointer

  /// Creates an empty graph.
  ///
  /// - Parameter gpu: The CUDA index of a GPU that is usable (see `TorchRuntime.require`).
  public init(gpu: Int) throws {
    var handle: OpaquePointer?
    try call { ctorch_cuda_graph_make(Int32(gpu), &handle, $0) }
    self.handle = handle!
  }

  deinit { ctorch_cuda_graph_free(handle) }

  /// Executes `body` on the graph's own stream, so that all memory it needs is reserved there. Do
  /// this at least once with the same work before `capture`.
  public func warmUp<Result>(_ body: () throws -> Result) throws -> Result {
    try call { ctorch_cuda_graph_enter_stream(handle, $0) }
    let result = Swift.Result { try body() }
    try call { ctorch_cuda_graph_leave_stream(handle, $0) }
    return try result.get()
  }

  /// Captures the work that `body` submits to the GPU. It is not executed before `replay`.
  ///
  /// - Returns: The result of `body`. Its tensors have no values before `replay`.
  public func capture<Result>(_ body: () throws -> Result) throws -> Result {
    try warmUp {
      try call { ctorch_cuda_graph_capture_begin(handle, $0) }
      let result = Swift.Result { try body() }
      do {
        try call { ctorch_cuda_graph_capture_end(handle, $0) }
      } catch {
        // The error of `body` tells the cause; the error here only follows from it.
        _ = try result.get()
        throw error
      }
      return try result.get()
    }
  }

  /// Submits the captured work once more, after all work that this thread submitted before.
  public func replay() throws { try call { ctorch_cuda_graph_replay(handle, $0) } }
}
