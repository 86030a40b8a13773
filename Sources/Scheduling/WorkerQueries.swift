import Jobs

/// What the shell may ask; nothing here changes anything.
extension WorkerState {
  /// The terms under which the coordinator has welcomed it; nil before.
  public var agreedTerms: LeaseTerms? { terms }

  /// The attempts in its hands, in the order in which they came.
  public var held: [HeldAttempt] {
    tasks.map { HeldAttempt(attempt: $0.attempt, step: $0.step) }
  }

  /// The checkpoints of an attempt that go to the coordinator, or will.
  public func checkpointsToSend(of attempt: Attempt) -> Set<Digest> {
    guard let place = place(of: attempt) else { return [] }
    let task = tasks[place]
    return Set([task.upload, task.nextUpload].compactMap { $0?.blob.digest })
  }

  /// Whether an attempt that has not ended reads this blob, or will.
  public func needs(_ digest: Digest) -> Bool {
    tasks.contains { task in
      [.fetching, .ready, .running].contains(task.stage) && task.needs.contains(digest)
    }
  }
}
