import Jobs
import Scheduling

/// The workers' shells: messages, transfers and the compute thread.
extension SimulatedCluster {
  func startWorker() {
    guard !isOver else { return }
    let process = WorkerProcess(
      number: workers.count, credit: chance.number(1...2), clock: SimulatedClock(using: &chance))
    indices[process.id] = workers.count
    workers.append(process)
    tell(.worker(workers.count - 1), "\(process.id) starts")
    agenda.add(.workerTicks(workers.count - 1), at: now)
  }

  /// A worker is no more; another takes its place.
  func bury(_ worker: Int) {
    guard workers[worker].isAlive else { return }
    workers[worker].isAlive = false
    workers[worker].computation = nil
    workers[worker].waiting = []
    agenda.add(.workerStarts, at: now + chance.seconds(0.5...5))
  }

  func apply(_ stimulus: WorkerStimulus, to worker: Int) throws {
    let process = workers[worker]
    guard process.isAlive else { return }
    var directives = process.state.apply(stimulus, at: process.clock.reading(at: now))
    if let bug { directives = bug.tampered(directives, &process.said) }
    for directive in directives { try carryOut(directive, worker) }
    if bug == .finishEarly, case .computed(_, let result) = stimulus {
      for output in result.outputs { try apply(.stored(output.blob.digest), to: worker) }
    }
  }

  private func carryOut(_ directive: WorkerDirective, _ worker: Int) throws {
    let process = workers[worker]
    switch directive {
    case .send(let message):
      observer.testimony.says(message, process.id)
      deliver(message, from: worker)
    case .fetch(let attempt, let digests):
      agenda.add(.fetchArrives(worker, attempt, digests), at: now + chance.seconds(0.01...0.5))
    case .store(let blob):
      agenda.add(.uploadArrives(worker, blob), at: now + chance.seconds(0.01...0.8))
    case .start(let lease): try start(lease, worker)
    case .stop(let attempt, let leavesCheckpoint):
      if process.computation?.lease.attempt == attempt {
        process.computation?.stop = leavesCheckpoint
      } else if let place = process.waiting.firstIndex(where: { $0.attempt == attempt }) {
        process.waiting.remove(at: place)
        agenda.add(.yields(worker, attempt), at: now)
      }
    case .notify: break
    case .exit(let status):
      tell(.worker(worker), "\(process.id) ends with status \(status)")
      bury(worker)
    }
  }

  // MARK: transfers

  /// Whether the worker and the coordinator's blobs can reach each other now.
  private func isConnected(_ worker: Int) -> Bool {
    guard let coordinator, coordinator.frozenUntil <= now else { return false }
    return !Direction.allCases.contains { workers[worker].link.isCut($0, at: now) }
  }

  func fetch(_ worker: Int, _ attempt: Attempt, _ digests: [Digest]) throws {
    guard workers[worker].isAlive else { return }
    guard isConnected(worker) else {
      return agenda.add(.fetchArrives(worker, attempt, digests), at: now + .seconds(1))
    }
    for digest in digests where !scenario.given.contains(digest) {
      guard disk.holds(digest) else { return try miss(digest, of: attempt, worker) }
      if disk.flawedUntil > now, chance.happens(0.3) {
        return try apply(.fetchFailed(attempt, reason: "a blob is damaged"), to: worker)
      }
    }
    workers[worker].fetched.insert(attempt)
    try apply(.fetched(attempt), to: worker)
  }

  /// A blob may be gone for an attempt that is over, and for no other.
  private func miss(_ digest: Digest, of attempt: Attempt, _ worker: Int) throws {
    try require(
      !observer.isCurrent(attempt, of: workers[worker].id),
      "a current lease names a blob that the coordinator has not got")
    try apply(.fetchFailed(attempt, reason: "a blob is missing"), to: worker)
  }

  func receiveUpload(_ worker: Int, _ blob: BlobReference) throws {
    guard workers[worker].isAlive else { return }
    guard isConnected(worker), let process = coordinator else {
      return agenda.add(.uploadArrives(worker, blob), at: now + .seconds(1))
    }
    if disk.fullUntil > now {
      return try apply(.storeFailed(blob.digest, reason: "the disk is full"), to: worker)
    }
    disk.write(blob.digest)
    if bug == .storeEarly { try apply(.stored(blob.digest), to: worker) }
    let delay = disk.slowUntil > now ? chance.seconds(0.5...5) : chance.seconds(0.001...0.02)
    agenda.add(.uploadSynced(worker, blob, life: process.life), at: now + delay)
    _ = outlives(process)
  }

  func syncUpload(_ worker: Int, _ blob: BlobReference, life: Int) {
    guard let process = coordinator, process.life == life else {
      return agenda.add(.uploadArrives(worker, blob), at: now + .seconds(3))
    }
    disk.sync(blob.digest)
    guard outlives(process), isConnected(worker) else {
      return agenda.add(.uploadArrives(worker, blob), at: now + .seconds(3))
    }
    let latency = workers[worker].link.latency(at: now, &chance)
    agenda.add(.uploadAnswered(worker, blob), at: now + latency)
  }

  // MARK: the compute thread

  private func start(_ lease: Lease, _ worker: Int) throws {
    let process = workers[worker]
    try require(
      process.fetched.contains(lease.attempt), "\(process.id) starts without its inputs")
    if let checkpoint = lease.checkpoint {
      try require(
        job(lease)?.states[checkpoint.step] == checkpoint.blob,
        "\(process.id) continues from another job's state")
    }
    process.waiting.append(lease)
    begin(worker)
  }

  /// The thread takes what has waited longest, if it has nothing to do.
  private func begin(_ worker: Int) {
    let process = workers[worker]
    guard process.computation == nil, !process.waiting.isEmpty else { return }
    let lease = process.waiting.removeFirst()
    process.thread += 1
    process.computation = .init(lease: lease, step: lease.checkpoint?.step ?? 0, stop: nil)
    agenda.add(.computes(worker, thread: process.thread), at: now + chance.seconds(0.1...0.5))
  }

  /// What ran has ended: the thread is free for the next, and the worker hears of it.
  private func end(_ worker: Int, _ stimuli: [WorkerStimulus]) throws {
    workers[worker].computation = nil
    begin(worker)
    for stimulus in stimuli { try apply(stimulus, to: worker) }
  }

  /// The next step of what runs.
  func compute(_ worker: Int, thread: Int) throws {
    let process = workers[worker]
    guard process.thread == thread, let work = process.computation, let job = job(work.lease)
    else { return }
    let attempt = work.lease.attempt
    if let leavesCheckpoint = work.stop {
      let last = WorkerStimulus.checkpointed(attempt, job.checkpoint(at: work.step))
      return try end(worker, (leavesCheckpoint ? [last] : []) + [.stopped(attempt)])
    }
    if job.temper == .deadly, work.step >= 1 {
      tell(.job(attempt.job), "kills \(process.id)")
      return bury(worker)
    }
    if let failure = failure(of: job, at: work.step) {
      return try end(worker, [.computationFailed(attempt, failure)])
    }
    try advance(work, of: job, worker)
  }

  private func failure(of job: SimulatedJob, at step: Int) -> JobFailure? {
    switch job.temper {
    case .hopeless: JobFailure(message: "bad input", isTransient: false)
    case .failing where step >= 2: JobFailure(message: "no convergence", isTransient: true)
    case .sound where now < Scenario.faultsEnd && chance.happens(0.003):
      JobFailure(message: "out of memory", isTransient: true)
    case .sound, .failing, .deadly: nil
    }
  }

  private func advance(
    _ work: WorkerProcess.Computation, of job: SimulatedJob, _ worker: Int
  ) throws {
    let (process, attempt, step) = (workers[worker], work.lease.attempt, work.step + 1)
    guard step < job.steps else { return try end(worker, [.computed(attempt, job.result)]) }
    process.computation?.step = step
    agenda.add(.computes(worker, thread: process.thread), at: now + chance.seconds(0.1...0.5))
    let progress = JobProgress(step: step, total: job.steps, metrics: [:])
    try apply(.progressed(attempt, progress), to: worker)
    if step.isMultiple(of: SimulatedJob.checkpointInterval) {
      try apply(.checkpointed(attempt, job.checkpoint(at: step)), to: worker)
    }
  }

  private func job(_ lease: Lease) -> SimulatedJob? {
    scenario.places[lease.attempt.job].map { scenario.jobs[$0] }
  }
}
