import Foundation

/// Runs what blocks on a thread of its own, so that it holds none of the few that tests share.
///
/// - Parameter stop: called where the test is cancelled, as by its time limit; it makes `body`
///   return, for a test that waits for ever would hide which one it is.
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
