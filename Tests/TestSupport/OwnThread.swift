import Foundation

/// Runs a blocking body on a thread of its own, so that it does not occupy Swift's cooperative pool.
///
/// - Parameters:
///   - stop: makes `body` return; called if the test is cancelled, as by its time limit, which
///     otherwise could not name a test that waits for ever.
///   - body: the work of the thread.
public func onOwnThread<Value: Sendable>(
  stoppedBy stop: @escaping @Sendable () -> Void, _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  } onCancel: {
    stop()
  }
}
