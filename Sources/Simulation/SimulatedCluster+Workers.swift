import Jobs
import Scheduling

/// The simulated shells of the workers: messages, transfers and the compute thread.
extension SimulatedCluster {
  func startWorker() {
    guard !isOver else { return }
    let process = SimulatedWorker(
      number: workers.count, credit: random.number(1...2), clock: SimulatedClock(using: &random))
    workerIndices[process.id] = workers.count
    workers.append(process)
    log(.worker(workers.count - 1), line: "\(process.id) starts")
    timeline.add(.workerTicks(workers.count - 1), at: now)
  }

  /// Ends a worker's process. A new worker starts later in its place.
  func removeWorker(_ worker: Int) {
    guard workers[worker].isAlive else { return }
    workers[worker].isAlive = false
    workers[worker].computation = nil
    workers[worker].waiting = []
    timeline.add(.workerStarts, at: now + random.seconds(0.5...5))
  }

  /// Kills a worker's process. Half of the workers have a launcher that reports it.
  func killWorker(_ worker: Int) {
    if workers[worker].isAlive, random.happens(0.5) {
      timeline.add(.coordinatorLearnsOfDeath(worker), at: now + random.seconds(0...0.1))
    }
    removeWorker(worker)
  }

  func apply(_ stimulus: WorkerStimulus, to worker: Int) throws {
    let process = workers[worker]
    guard process.isAlive else { return }
    var directives = process.state.apply(stimulus, at: process.clock.reading(at: now))
    if let bug { directives = bug.tampered(directives, reported: &process.reported) }
    for directive in directives { try carryOut(directive, at: worker) }
    if bug == .finishEarly, case .computed(_, let result) = stimulus {
      for output in result.outputs { try apply(.stored(output.blob.digest), to: worker) }
    }
  }

  private func carryOut(_ directive: WorkerDirective, at worker: Int) throws {
    let process = workers[worker]
    switch directive {
    case .send(let message):
      observer.evidence.noteReport(message, of: process.id)
      deliver(message, from: worker)
    case .fetch(let attempt, let digests):
      timeline.add(.fetchArrives(worker, attempt, digests), at: now + random.seconds(0.01...0.5))
    case .store(let blob):
      timeline.add(.uploadArrives(worker, blob), at: now + random.seconds(0.01...0.8))
    case .start(let lease): try start(lease, at: worker)
    case .stop(let attempt, let leavesCheckpoint):
      if process.computation?.lease.attempt == attempt {
        process.computation?.stop = leavesCheckpoint
      } else if let index = process.waiting.firstIndex(where: { $0.attempt == attempt }) {
        process.waiting.remove(at: index)
        timeline.add(.yields(worker, attempt), at: now)
      }
    case .notify: break
    case .exit(let status):
      log(.worker(worker), line: "\(process.id) ends with status \(status)")
      removeWorker(worker)
    }
  }

  // MARK: transfers

  /// Returns true if blobs can pass between the worker and the coordinator now.
  private func isConnected(_ worker: Int) -> Bool {
    guard let coordinator, coordinator.frozenUntil <= now else { return false }
    return !Direction.allCases.contains { workers[worker].link.isCut($0, at: now) }
  }

  func fetch(_ digests: [Digest], for attempt: Attempt, by worker: Int) throws {
    guard workers[worker].isAlive else { return }
    guard isConnected(worker) else {
      return timeline.add(.fetchArrives(worker, attempt, digests), at: now + .seconds(1))
    }
    for digest in digests where !scenario.given.contains(digest) {
      guard disk.holds(digest) else { return try failFetch(of: digest, for: attempt, by: worker) }
      if disk.flawedUntil > now, random.happens(0.3) {
        return try apply(.fetchFailed(attempt, reason: "a blob is damaged"), to: worker)
      }
    }
    workers[worker].fetched.insert(attempt)
    try apply(.fetched(attempt), to: worker)
  }

  /// Fails the fetch of a missing blob. Only a blob of an attempt that is no longer current may be
  /// missing.
  private func failFetch(of digest: Digest, for attempt: Attempt, by worker: Int) throws {
    try require(
      !observer.isCurrent(attempt, of: workers[worker].id),
      otherwise: "a current lease names a blob that the coordinator has not got")
    try apply(.fetchFailed(attempt, reason: "a blob is missing"), to: worker)
  }

  func receiveUpload(of blob: BlobReference, from worker: Int) throws {
    guard workers[worker].isAlive else { return }
    guard isConnected(worker), let process = coordinator else {
      return timeline.add(.uploadArrives(worker, blob), at: now + .seconds(1))
    }
    if disk.fullUntil > now {
      return try apply(.storeFailed(blob.digest, reason: "the disk is full"), to: worker)
    }
    disk.write(blob.digest)
    if bug == .storeEarly { try apply(.stored(blob.digest), to: worker) }
    let delay = disk.slowUntil > now ? random.seconds(0.5...5) : random.seconds(0.001...0.02)
    timeline.add(.uploadSynced(worker, blob, generation: process.generation), at: now + delay)
    _ = outlives(process)
  }

  func syncUpload(of blob: BlobReference, from worker: Int, generation: Int) {
    guard let process = coordinator, process.generation == generation else {
      return timeline.add(.uploadArrives(worker, blob), at: now + .seconds(3))
    }
    disk.sync(blob.digest)
    guard outlives(process), isConnected(worker) else {
      return timeline.add(.uploadArrives(worker, blob), at: now + .seconds(3))
    }
    let latency = workers[worker].link.latency(at: now, using: &random)
    timeline.add(.uploadAnswered(worker, blob), at: now + latency)
  }

  // MARK: the compute thread

  private func start(_ lease: Lease, at worker: Int) throws {
    let process = workers[worker]
    try require(
      process.fetched.contains(lease.attempt), otherwise: "\(process.id) starts without its inputs")
    if let checkpoint = lease.checkpoint {
      try require(
        job(lease)?.states[checkpoint.step] == checkpoint.blob,
        otherwise: "\(process.id) continues from another job's state")
    }
    process.waiting.append(lease)
    begin(worker)
  }

  /// Starts the computation that has waited longest if the thread is idle.
  private func begin(_ worker: Int) {
    let process = workers[worker]
    guard process.computation == nil, !process.waiting.isEmpty else { return }
    let lease = process.waiting.removeFirst()
    process.thread += 1
    process.computation = .init(lease: lease, step: lease.checkpoint?.step ?? 0, stop: nil)
    timeline.add(.computes(worker, thread: process.thread), at: now + random.seconds(0.1...0.5))
  }

  /// Ends the running computation, starts the next one and passes the stimuli to the worker.
  private func end(_ worker: Int, reporting stimuli: [WorkerStimulus]) throws {
    workers[worker].computation = nil
    begin(worker)
    for stimulus in stimuli { try apply(stimulus, to: worker) }
  }

  /// Computes the next step of the running attempt.
  func compute(_ worker: Int, thread: Int) throws {
    let process = workers[worker]
    guard process.thread == thread, let work = process.computation, let job = job(work.lease)
    else { return }
    let attempt = work.lease.attempt
    if let leavesCheckpoint = work.stop {
      let last = WorkerStimulus.checkpointed(attempt, job.checkpoint(at: work.step))
      return try end(worker, reporting: (leavesCheckpoint ? [last] : []) + [.stopped(attempt)])
    }
    if job.behaviour == .killsWorker, work.step >= 1 {
      log(.job(attempt.job), line: "kills \(process.id)")
      return killWorker(worker)
    }
    if let failure = failure(of: job, at: work.step) {
      return try end(worker, reporting: [.computationFailed(attempt, failure)])
    }
    try advance(work, of: job, at: worker)
  }

  private func failure(of job: SimulatedJob, at step: Int) -> JobFailure? {
    switch job.behaviour {
    case .failsForGood: JobFailure(message: "bad input", isTransient: false)
    case .failsEachTime where step >= 2: JobFailure(message: "no convergence", isTransient: true)
    case .succeeds where now < Scenario.faultsEnd && random.happens(0.003):
      JobFailure(message: "out of memory", isTransient: true)
    case .succeeds, .failsEachTime, .killsWorker: nil
    }
  }

  private func advance(
    _ work: SimulatedWorker.Computation, of job: SimulatedJob, at worker: Int
  ) throws {
    let process = workers[worker]
    let attempt = work.lease.attempt
    let step = work.step + 1
    guard step < job.steps else {
      return try end(worker, reporting: [.computed(attempt, job.result)])
    }
    process.computation?.step = step
    timeline.add(.computes(worker, thread: process.thread), at: now + random.seconds(0.1...0.5))
    let progress = JobProgress(step: step, total: job.steps, metrics: [:])
    try apply(.progressed(attempt, progress), to: worker)
    if step.isMultiple(of: SimulatedJob.checkpointInterval) {
      try apply(.checkpointed(attempt, job.checkpoint(at: step)), to: worker)
    }
  }

  private func job(_ lease: Lease) -> SimulatedJob? {
    scenario.indexByID[lease.attempt.job].map { scenario.jobs[$0] }
  }
}
