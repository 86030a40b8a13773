import Dispatch
import Worker

/// Holds computations back until a test opens the gate.
struct Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func open() { semaphore.signal() }

  func wait() { semaphore.wait() }

  /// Returns a computation that waits for the gate and then does what `computation` does.
  func blocking(_ computation: @escaping Computation) -> Computation {
    { job, blobs, checkpoint, emit in
      wait()
      return try computation(job, blobs, checkpoint, emit)
    }
  }
}
