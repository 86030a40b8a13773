import DequeModule
import Jobs

/// Queries for the caller, which change nothing.
extension WorkerState {
  /// The attempts that the worker holds, in the order of their leases.
  public var held: [HeldAttempt] {
    tasks.map { HeldAttempt(attempt: $0.attempt, step: $0.step) }
  }

  /// Returns the digests of an attempt's checkpoints that are being sent to the coordinator or will
  /// be sent next.
  public func checkpointsToSend(of attempt: Attempt) -> Set<Digest> {
    guard let index = index(of: attempt) else { return [] }
    let task = tasks[index]
    return Set([task.upload, task.nextUpload].compactMap { $0?.blob.digest })
  }

  /// Returns true if an attempt that has not ended needs this blob.
  public func needs(_ digest: Digest) -> Bool {
    tasks.contains { task in
      [.fetching, .ready, .running].contains(task.stage) && task.needs.contains(digest)
    }
  }
}
