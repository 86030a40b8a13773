import Jobs

/// Attempts run, are reported on and come home.
extension WorkerState {
  // MARK: running

  /// Gives the compute thread the attempts that have waited longest, as many as may wait there.
  mutating func handOver() {
    guard leavingUntil == nil, !hasExited else { return }
    while handed.count < settings.handedAtOnce,
      let place = tasks.firstIndex(where: { $0.stage == .ready })
    {
      tasks[place].stage = .running
      handed.append(tasks[place].attempt)
      outbox.append(.start(tasks[place].lease))
    }
  }

  mutating func missInput(of attempt: Attempt, _ reason: String) {
    guard isAt(.fetching, attempt) else { return }
    settle(
      attempt, .failed(attempt, JobFailure(message: reason, isTransient: true)))
  }

  /// Says that an attempt runs which has not been heard of; one that ends before anybody looks is not
  /// worth the message.
  mutating func announceRunning() {
    guard let first = handed.first, isAt(.running, first), task(first)?.isAnnounced == false
    else { return }
    change(first) { $0.isAnnounced = true }
    say(.started(first))
  }

  mutating func report(_ attempt: Attempt, _ progress: JobProgress) {
    guard isAt(.running, attempt) else { return }
    change(attempt) { ($0.step, $0.isAnnounced) = (progress.step, true) }
    say(.progress(attempt, progress))
  }

  /// A checkpoint goes to the coordinator; its message follows when it is there.
  mutating func upload(_ checkpoint: Checkpoint, of attempt: Attempt) {
    guard isAt(.running, attempt) else { return }
    change(attempt) { $0.nextUpload = checkpoint }
    uploadNext(of: attempt)
  }

  private mutating func uploadNext(of attempt: Attempt) {
    guard let task = task(attempt), task.upload == nil, let next = task.nextUpload else { return }
    change(attempt) { ($0.upload, $0.nextUpload) = (next, nil) }
    outbox.append(.store(next.blob))
  }

  // MARK: ends

  /// The results go to the coordinator; their message follows when they are there.
  mutating func deliver(_ result: JobResult, of attempt: Attempt) {
    freeThread(of: attempt)
    guard isAt(.running, attempt) else { return }
    change(attempt) { task in
      task.stage = .storing(result)
      (task.upload, task.nextUpload) = (nil, nil)
      task.missing = result.outputs.map(\.blob)
    }
    for output in result.outputs { outbox.append(.store(output.blob)) }
    settleIfStored(attempt)
  }

  mutating func fail(_ attempt: Attempt, _ failure: JobFailure) {
    freeThread(of: attempt)
    guard isAt(.running, attempt) else { return }
    settle(attempt, .failed(attempt, failure))
  }

  /// The compute thread has stopped: what it left goes home, then the attempt is given back.
  mutating func yield(_ attempt: Attempt) {
    freeThread(of: attempt)
    guard isAt(.running, attempt) else { return }
    change(attempt) { $0.stage = .returning }
    releaseIfStored(attempt)
  }

  private mutating func freeThread(of attempt: Attempt) {
    guard let place = handed.firstIndex(of: attempt) else { return }
    handed.remove(at: place)
    idleSince = now
  }

  // MARK: blobs on their way

  /// The coordinator has a blob: whatever waited for it may be said.
  mutating func confirm(_ digest: Digest) {
    for attempt in tasks.map(\.attempt) {
      saveCheckpoint(digest, of: attempt)
      change(attempt) { $0.missing.removeAll { $0.digest == digest } }
      settleIfStored(attempt)
      releaseIfStored(attempt)
    }
  }

  private mutating func saveCheckpoint(_ digest: Digest, of attempt: Attempt) {
    guard let place = place(of: attempt),
      let checkpoint = tasks[place].upload, checkpoint.blob.digest == digest
    else { return }
    tasks[place].upload = nil
    uploadNext(of: attempt)
    guard checkpoint.step > tasks[place].saved?.step ?? -1 else { return }
    tasks[place].saved = checkpoint
    say(.checkpoint(attempt, checkpoint))
  }

  /// The coordinator will not have a blob: a checkpoint is done without, a result is not.
  mutating func giveUp(_ digest: Digest, _ reason: String) {
    outbox.append(.notify("the coordinator does not take blob \(digest.short): \(reason)"))
    for attempt in tasks.map(\.attempt) {
      change(attempt) { if $0.upload?.blob.digest == digest { $0.upload = nil } }
      uploadNext(of: attempt)
      releaseIfStored(attempt)
      if task(attempt)?.missing.contains(where: { $0.digest == digest }) == true {
        let message = "its results could not be stored: \(reason)"
        change(attempt) { $0.missing = [] }
        settle(attempt, .failed(attempt, JobFailure(message: message, isTransient: true)))
      }
    }
  }

  private mutating func settleIfStored(_ attempt: Attempt) {
    guard let place = place(of: attempt), tasks[place].missing.isEmpty,
      case .storing(let result) = tasks[place].stage
    else { return }
    settle(attempt, .finished(attempt, result))
  }

  private mutating func releaseIfStored(_ attempt: Attempt) {
    guard let task = task(attempt), task.stage == .returning, task.upload == nil else { return }
    release(attempt)
  }

  private mutating func settle(_ attempt: Attempt, _ message: WorkerMessage) {
    change(attempt) { $0.stage = .settled(message) }
    say(message)
  }

  private mutating func release(_ attempt: Attempt) {
    tasks.removeAll { $0.attempt == attempt }
    say(.released(attempt))
  }

  // MARK: leaving

  /// Stops what runs, gives back what has not begun; the rest is brought home first.
  mutating func beginLeaving() {
    leavingUntil = now + settings.shutdownGrace
    for task in tasks { giveBack(task.attempt) }
  }

  /// Ends an attempt undone, after a checkpoint where it runs; what is done is brought home.
  mutating func giveBack(_ attempt: Attempt) {
    switch task(attempt)?.stage {
    case .fetching, .ready: release(attempt)
    case .running: outbox.append(.stop(attempt, checkpoint: true))
    case .returning, .storing, .settled, nil: break
    }
  }

  /// Leaves at once a place where nothing can succeed: its jobs are given back, not failed, since
  /// they are not at fault.
  mutating func giveUp(_ reason: String) {
    guard exitStatus == 0 else { return }
    exitStatus = 2
    outbox.append(.notify("this worker cannot go on: \(reason)"))
    if leavingUntil == nil { beginLeaving() }
  }

  /// The end of this process's life.
  mutating func leave() {
    guard !hasExited else { return }
    outbox.append(.send(.leave))
    exit(status: exitStatus)
  }

  // MARK: tasks

  func task(_ attempt: Attempt) -> WorkerTask? { tasks.first { $0.attempt == attempt } }

  mutating func change(_ attempt: Attempt, _ update: (inout WorkerTask) -> Void) {
    if let place = place(of: attempt) { update(&tasks[place]) }
  }

  func place(of attempt: Attempt) -> Int? { tasks.firstIndex { $0.attempt == attempt } }

  func isAt(_ stage: WorkerTask.Stage, _ attempt: Attempt) -> Bool {
    place(of: attempt).map { tasks[$0].stage == stage } ?? false
  }
}
