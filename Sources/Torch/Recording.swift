import CTorch

/// Work of a GPU that is recorded once and repeated as one piece (a CUDA graph): the host asks for it
/// with one call instead of some hundred, of which small networks would wait for each.
///
/// It repeats the same operations on the same tensors: what differs from one repetition to the next
/// must be in tensors that are assigned in between. Not `Sendable`: it stays on the thread that made
/// it. Every function throws a `TorchError` of code `library` where the GPU refuses.
public final class Recording {
  private let handle: OpaquePointer

  /// - Parameter gpu: the index of a usable CUDA device.
  public init(gpu: Int) throws {
    var handle: OpaquePointer?
    try call { ctorch_recording_make(Int32(gpu), &handle, $0) }
    self.handle = handle!
  }

  deinit { ctorch_recording_free(handle) }

  /// Carries out `body` at once. To be done with the same work, at least once, before it is recorded.
  public func rehearse<Result>(_ body: () throws -> Result) throws -> Result {
    try call { ctorch_recording_enter(handle, $0) }
    let result = Swift.Result { try body() }
    try call { ctorch_recording_leave(handle, $0) }
    return try result.get()
  }

  /// Records what `body` asks of the GPU, which does not happen before `replay`.
  ///
  /// - Returns: what `body` returns; tensors get their values by `replay`.
  public func record<Result>(_ body: () throws -> Result) throws -> Result {
    try rehearse {
      try call { ctorch_recording_begin(handle, $0) }
      let result = Swift.Result { try body() }
      do { try call { ctorch_recording_end(handle, $0) } } catch {
        // What went wrong in `body` says more than that it left nothing to keep.
        _ = try result.get()
        throw error
      }
      return try result.get()
    }
  }

  /// Asks for the recorded work once more, after all that was asked for before.
  public func replay() throws { try call { ctorch_recording_replay(handle, $0) } }
}
