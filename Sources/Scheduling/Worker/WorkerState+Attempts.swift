import DequeModule
import Jobs

/// Runs attempts, reports on them and sends their checkpoints and results.
extension WorkerState {
  // MARK: running

  /// Gives the compute thread the attempts that have waited longest, up to `maximumStarted` of
  /// them.
  mutating func startReadyTasks() {
    guard leavingUntil == nil, !hasExited else { return }
    while started.count < settings.maximumStarted,
      let index = tasks.firstIndex(where: { $0.stage == .ready })
    {
      tasks[index].stage = .running
      started.append(tasks[index].attempt)
      outbox.append(.start(tasks[index].lease))
    }
  }

  mutating func failFetch(of attempt: Attempt, reason: String) {
    guard stage(of: attempt) == .fetching else { return }
    settle(attempt, with: .failed(attempt, JobFailure(message: reason, isTransient: true)))
  }

  /// Reports that the first started attempt is running, if nothing was reported about it yet. Only
  /// a tick calls this, so an attempt that ends before the next tick costs no message.
  mutating func announceRunning() {
    guard let first = started.first, stage(of: first) == .running, task(first)?.isAnnounced == false
    else { return }
    change(first) { $0.isAnnounced = true }
    send(.started(first))
  }

  mutating func report(_ progress: JobProgress, of attempt: Attempt) {
    guard stage(of: attempt) == .running else { return }
    change(attempt) { task in
      task.step = progress.step
      task.isAnnounced = true
    }
    send(.progress(attempt, progress))
  }

  /// Sends a checkpoint to the coordinator. The message about it is sent after the coordinator has
  /// stored it.
  mutating func upload(_ checkpoint: Checkpoint, of attempt: Attempt) {
    guard stage(of: attempt) == .running else { return }
    change(attempt) { $0.nextUpload = checkpoint }
    uploadNext(of: attempt)
  }

  private mutating func uploadNext(of attempt: Attempt) {
    guard let task = task(attempt), task.upload == nil, let next = task.nextUpload else { return }
    change(attempt) { task in
      task.upload = next
      task.nextUpload = nil
    }
    outbox.append(.store(next.blob))
  }

  // MARK: ends

  /// Sends the results to the coordinator. The message about them is sent after the coordinator has
  /// stored them.
  mutating func deliver(_ result: JobResult, of attempt: Attempt) {
    freeThread(of: attempt)
    guard stage(of: attempt) == .running else { return }
    change(attempt) { task in
      task.stage = .storing(result)
      task.upload = nil
      task.nextUpload = nil
      task.missing = result.outputs.map(\.blob)
    }
    for output in result.outputs { outbox.append(.store(output.blob)) }
    settleIfStored(attempt)
  }

  mutating func fail(_ attempt: Attempt, because failure: JobFailure) {
    freeThread(of: attempt)
    guard stage(of: attempt) == .running else { return }
    settle(attempt, with: .failed(attempt, failure))
  }

  /// Handles an attempt that has stopped. The attempt is released after its last checkpoint has
  /// been sent.
  mutating func stop(_ attempt: Attempt) {
    freeThread(of: attempt)
    guard stage(of: attempt) == .running else { return }
    change(attempt) { $0.stage = .returning }
    releaseIfStored(attempt)
  }

  private mutating func freeThread(of attempt: Attempt) {
    guard let index = started.firstIndex(of: attempt) else { return }
    started.remove(at: index)
    idleSince = now
  }

  // MARK: transfers

  /// Handles the confirmation that the coordinator has stored a blob, and sends the messages that
  /// waited for it.
  mutating func confirm(_ digest: Digest) {
    for attempt in tasks.map(\.attempt) {
      saveCheckpoint(digest, of: attempt)
      change(attempt) { $0.missing.removeAll { $0.digest == digest } }
      settleIfStored(attempt)
      releaseIfStored(attempt)
    }
  }

  private mutating func saveCheckpoint(_ digest: Digest, of attempt: Attempt) {
    guard let index = index(of: attempt),
      let checkpoint = tasks[index].upload, checkpoint.blob.digest == digest
    else { return }
    tasks[index].upload = nil
    uploadNext(of: attempt)
    guard checkpoint.step > tasks[index].saved?.step ?? -1 else { return }
    tasks[index].saved = checkpoint
    send(.checkpoint(attempt, checkpoint))
  }

  /// Handles a blob that the coordinator refuses. If it is a checkpoint, the attempt continues; if
  /// it is an output, the attempt fails.
  mutating func handleRefusal(of digest: Digest, reason: String) {
    outbox.append(.notify("the coordinator does not take blob \(digest.short): \(reason)"))
    for attempt in tasks.map(\.attempt) {
      change(attempt) { if $0.upload?.blob.digest == digest { $0.upload = nil } }
      uploadNext(of: attempt)
      releaseIfStored(attempt)
      if task(attempt)?.missing.contains(where: { $0.digest == digest }) == true {
        let message = "its results could not be stored: \(reason)"
        change(attempt) { $0.missing = [] }
        settle(attempt, with: .failed(attempt, JobFailure(message: message, isTransient: true)))
      }
    }
  }

  private mutating func settleIfStored(_ attempt: Attempt) {
    guard let index = index(of: attempt), tasks[index].missing.isEmpty,
      case .storing(let result) = tasks[index].stage
    else { return }
    settle(attempt, with: .finished(attempt, result))
  }

  private mutating func releaseIfStored(_ attempt: Attempt) {
    guard let task = task(attempt), task.stage == .returning, task.upload == nil else { return }
    release(attempt)
  }

  private mutating func settle(_ attempt: Attempt, with message: WorkerMessage) {
    change(attempt) { $0.stage = .settled(message) }
    send(message)
  }

  private mutating func release(_ attempt: Attempt) {
    tasks.removeAll { $0.attempt == attempt }
    send(.released(attempt))
  }

  // MARK: leaving

  /// Starts the worker's departure: stops running attempts and releases those that have not begun.
  /// The worker ends after the results that are being sent have arrived, or when the grace period
  /// is over.
  mutating func beginLeaving() {
    leavingUntil = now + settings.shutdownGrace
    for task in tasks { stopOrRelease(task.attempt) }
  }

  /// Ends an attempt before it has finished. A running attempt saves a checkpoint first. An attempt
  /// that has finished or stopped is not changed.
  mutating func stopOrRelease(_ attempt: Attempt) {
    switch task(attempt)?.stage {
    case .fetching, .ready: release(attempt)
    case .running: outbox.append(.stop(attempt, checkpoint: true))
    case .returning, .storing, .settled, nil: break
    }
  }

  /// Makes the worker leave because no job can succeed on it. Its attempts are released instead of
  /// failed, because their jobs are not the cause.
  mutating func leave(because reason: String) {
    guard exitStatus == 0 else { return }
    exitStatus = 2
    outbox.append(.notify("this worker cannot go on: \(reason)"))
    if leavingUntil == nil { beginLeaving() }
  }

  /// Tells the coordinator that the worker leaves, and ends the process.
  mutating func leave() {
    guard !hasExited else { return }
    outbox.append(.send(.leave))
    exit(status: exitStatus)
  }

  // MARK: tasks

  func task(_ attempt: Attempt) -> WorkerTask? { tasks.first { $0.attempt == attempt } }

  mutating func change(_ attempt: Attempt, by update: (inout WorkerTask) -> Void) {
    if let index = index(of: attempt) { update(&tasks[index]) }
  }

  func index(of attempt: Attempt) -> Int? { tasks.firstIndex { $0.attempt == attempt } }

  func stage(of attempt: Attempt) -> WorkerTask.Stage? {
    index(of: attempt).map { tasks[$0].stage }
  }
}
