import Jobs
import Scheduling
import Testing

/// A worker in a test, with its clock.
private struct WorkerStateHarness {
  var state: WorkerState
  var now = Instant.origin

  init(settings: WorkerSettings = WorkerSettings()) {
    state = WorkerState(
      description: WorkerDescription(host: "node", process: 1, credit: 2, fingerprint: [:]),
      settings: settings)
  }

  @discardableResult
  mutating func apply(_ stimulus: WorkerStimulus) -> [WorkerDirective] {
    state.apply(stimulus, at: now)
  }

  @discardableResult
  mutating func hear(_ message: CoordinatorMessage) -> [WorkerDirective] {
    apply(.received(message))
  }

  @discardableResult
  mutating func wait(_ duration: Duration) -> [WorkerDirective] {
    var directives: [WorkerDirective] = []
    for _ in 0..<Int(duration / .milliseconds(500)) {
      now += .milliseconds(500)
      directives += apply(.tick)
    }
    return directives
  }

  static func welcomed(_ settings: WorkerSettings = WorkerSettings()) -> WorkerStateHarness {
    var worker = WorkerStateHarness(settings: settings)
    worker.apply(.tick)
    worker.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
    return worker
  }

  /// Creates a worker that runs attempt 1 of `job`.
  static func running(
    _ job: PlannedJob, _ settings: WorkerSettings = WorkerSettings()
  ) -> WorkerStateHarness {
    var worker = welcomed(settings)
    worker.hear(.lease(lease(job)))
    worker.apply(.fetched(job.attempt(1)))
    return worker
  }

  static func lease(_ job: PlannedJob, _ number: Int = 1, from checkpoint: Checkpoint? = nil)
    -> Lease
  {
    Lease(
      attempt: job.attempt(number), job: job.job, label: job.label, checkpoint: checkpoint,
      weights: nil)
  }
}

private let job = ExampleJobs.solve(1)
private let other = ExampleJobs.solve(2)

@Test("a worker without a disk releases its jobs and leaves with status 2") func leavesWithoutDisk()
{
  var worker = WorkerStateHarness.running(job)
  worker.hear(.lease(WorkerStateHarness.lease(other)))
  let first = worker.apply(.incapacitated(reason: "no space left"))
  #expect(first.contains(.notify("this worker cannot go on: no space left")))
  #expect(first.contains(.send(.released(other.attempt(1)))))
  #expect(first.contains(.stop(job.attempt(1), checkpoint: true)))
  #expect(worker.apply(.incapacitated(reason: "no space left")).isEmpty)
  let last = worker.apply(.stopped(job.attempt(1)))
  #expect(
    last == [.send(.released(job.attempt(1))), .send(.leave), .exit(status: 2)])
}

@Test("only the newest checkpoint follows the one that is being sent") func skipsCheckpoints() {
  var worker = WorkerStateHarness.running(job)
  let checkpoints = (1...4).map(ExampleJobs.checkpoint)
  #expect(
    worker.apply(.checkpointed(job.attempt(1), checkpoints[0])) == [.store(checkpoints[0].blob)])
  #expect(worker.apply(.checkpointed(job.attempt(1), checkpoints[1])).isEmpty)
  #expect(worker.apply(.checkpointed(job.attempt(1), checkpoints[2])).isEmpty)
  #expect(
    worker.state.checkpointsToSend(of: job.attempt(1))
      == [checkpoints[0].blob.digest, checkpoints[2].blob.digest])
  #expect(
    worker.apply(.stored(checkpoints[0].blob.digest)) == [
      .store(checkpoints[2].blob), .send(.checkpoint(job.attempt(1), checkpoints[0])),
    ])
  worker.apply(.checkpointed(job.attempt(1), checkpoints[3]))
  // One that cannot be stored does not hold up the next.
  #expect(
    worker.apply(.storeFailed(checkpoints[2].blob.digest, reason: "full")).contains(
      .store(checkpoints[3].blob)))
  // A stopped attempt goes back when the last of them is there.
  #expect(worker.apply(.stopped(job.attempt(1))).isEmpty)
  #expect(
    worker.apply(.stored(checkpoints[3].blob.digest)) == [
      .send(.checkpoint(job.attempt(1), checkpoints[3])), .send(.released(job.attempt(1))),
    ])
}

@Test("a worker joins and sends heartbeats when it has nothing else to report")
func sendsHeartbeats() {
  var worker = WorkerStateHarness()
  guard case .send(.join(_, let holding)) = worker.apply(.tick).first else {
    Issue.record("it did not join")
    return
  }
  #expect(holding.isEmpty)
  worker.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
  #expect(worker.wait(.seconds(3)) == Array(repeating: .send(.heartbeat), count: 3))
}

@Test("a worker's clock that jumps back does not silence it") func toleratesWorkerClockJump() {
  var worker = WorkerStateHarness.running(job)
  worker.now = .origin + .seconds(5000)
  worker.apply(.tick)
  worker.now = .origin + .seconds(1000)
  #expect(worker.apply(.tick).isEmpty)
  #expect(worker.wait(.seconds(3)) == Array(repeating: .send(.heartbeat), count: 3))
}

@Test("once per lease a worker names all attempts that it holds") func joinsAgain() {
  var worker = WorkerStateHarness.running(job)
  let joins = worker.wait(.seconds(30)).filter { if case .send(.join) = $0 { true } else { false } }
  #expect(joins.count == 3)
  guard case .send(.join(_, let holding)) = joins.first else { return }
  #expect(holding.map(\.attempt) == [job.attempt(1)])
}

@Test("blobs are fetched once before the job starts") func fetchesBlobsOnce() {
  var worker = WorkerStateHarness.welcomed()
  let lease = WorkerStateHarness.lease(job, from: ExampleJobs.checkpoint(25))
  let needs = [
    ExampleJobs.blob("image"), ExampleJobs.blob("markers"), ExampleJobs.checkpoint(25).blob,
  ].map(\.digest)
  #expect(worker.hear(.lease(lease)) == [.fetch(job.attempt(1), needs)])
  #expect(worker.hear(.lease(lease)).isEmpty)
  #expect(worker.apply(.fetched(job.attempt(1))) == [.start(lease)])
}

@Test("one job runs while the blobs of the next are fetched") func prefetches() {
  var worker = WorkerStateHarness.running(job)
  #expect(worker.hear(.lease(WorkerStateHarness.lease(other))).count == 1)
  #expect(worker.apply(.fetched(other.attempt(1))) == [.start(WorkerStateHarness.lease(other))])
}

@Test("no more attempts wait at the compute thread than the settings allow")
func limitsStartedAttempts() {
  var settings = WorkerSettings()
  settings.maximumStarted = 2
  var worker = WorkerStateHarness.welcomed(settings)
  let jobs = (1...3).map(ExampleJobs.solve)
  for job in jobs { worker.hear(.lease(WorkerStateHarness.lease(job))) }
  let started = jobs.flatMap { worker.apply(.fetched($0.attempt(1))) }
  #expect(started == jobs.prefix(2).map { .start(WorkerStateHarness.lease($0)) })
  let after = worker.apply(.computed(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)))
  #expect(after.contains(.start(WorkerStateHarness.lease(jobs[2]))))
}

@Test("only an attempt that runs for some time is reported as started") func reportsLongAttempts() {
  var worker = WorkerStateHarness.running(job)
  #expect(worker.apply(.tick) == [.send(.started(job.attempt(1)))])
  #expect(worker.apply(.tick).isEmpty)
  worker = WorkerStateHarness.running(job)
  worker.apply(.progressed(job.attempt(1), JobProgress(step: 1, total: 9, metrics: [:])))
  #expect(worker.apply(.tick).isEmpty, "who hears of its progress knows that it runs")
  worker = WorkerStateHarness.running(job)
  worker.apply(.computed(job.attempt(1), ExampleJobs.result(of: job.job)))
  #expect(worker.apply(.tick).isEmpty)
}

@Test("a checkpoint is named only when the coordinator has stored it") func namesStoredCheckpoint()
{
  var worker = WorkerStateHarness.running(job)
  let checkpoint = ExampleJobs.checkpoint(25)
  #expect(worker.apply(.checkpointed(job.attempt(1), checkpoint)) == [.store(checkpoint.blob)])
  #expect(
    worker.apply(.stored(checkpoint.blob.digest))
      == [.send(.checkpoint(job.attempt(1), checkpoint))])
}

@Test("a result is named only when the coordinator has stored all of it") func namesStoredResult() {
  var worker = WorkerStateHarness.running(job)
  var result = ExampleJobs.result(of: job.job)
  result.outputs.append(JobOutput(role: .weights, blob: ExampleJobs.blob("more"), seconds: 1))
  worker.apply(.computed(job.attempt(1), result))
  #expect(worker.apply(.stored(result.outputs[0].blob.digest)).isEmpty)
  #expect(
    worker.apply(.stored(result.outputs[1].blob.digest))
      == [.send(.finished(job.attempt(1), result))])
}

@Test("a result is repeated until it is acknowledged") func repeatsResult() {
  var worker = WorkerStateHarness.running(job)
  let result = ExampleJobs.result(of: job.job)
  worker.apply(.computed(job.attempt(1), result))
  worker.apply(.stored(result.outputs[0].blob.digest))
  let finished = WorkerDirective.send(.finished(job.attempt(1), result))
  let rejoin = worker.hear(.rejoin)
  guard case .send(.join(_, let holding)) = rejoin.first else {
    Issue.record("it did not join again")
    return
  }
  #expect(holding.map(\.attempt) == [job.attempt(1)])
  #expect(worker.hear(.rejoin).isEmpty, "one answer is enough")
  #expect(
    worker.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))) == [finished])
  worker.hear(.acknowledged(job.attempt(1)))
  #expect(worker.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))).isEmpty)
  #expect(worker.state.held.isEmpty)
}

@Test("a restarted coordinator is sent again the blobs that were on their way")
func repeatsTransfers() {
  var worker = WorkerStateHarness.running(job)
  let first = ExampleJobs.checkpoint(25)
  let second = ExampleJobs.checkpoint(50)
  worker.apply(.checkpointed(job.attempt(1), first))
  worker.apply(.stored(first.blob.digest))
  worker.apply(.checkpointed(job.attempt(1), second))
  worker.hear(.rejoin)
  let progress = JobProgress(step: 51, total: 100, metrics: [:])
  #expect(worker.apply(.progressed(job.attempt(1), progress)).isEmpty)
  #expect(
    worker.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
      == [.store(second.blob), .send(.checkpoint(job.attempt(1), first))])
  #expect(worker.state.held == [HeldAttempt(attempt: job.attempt(1), step: 51)])
}

@Test("a revoked attempt stops, and the next one begins when the thread is free")
func stopsRevokedAttempt() {
  var settings = WorkerSettings()
  settings.maximumStarted = 1
  var worker = WorkerStateHarness.running(job, settings)
  worker.hear(.lease(WorkerStateHarness.lease(other)))
  worker.apply(.fetched(other.attempt(1)))
  #expect(worker.hear(.revoke(job.attempt(1))) == [.stop(job.attempt(1), checkpoint: false)])
  #expect(worker.hear(.revoke(job.attempt(1))).isEmpty)
  let late = JobProgress(step: 9, total: 9, metrics: [:])
  #expect(worker.apply(.progressed(job.attempt(1), late)).isEmpty)
  #expect(
    worker.apply(.stopped(job.attempt(1))) == [.start(WorkerStateHarness.lease(other))])
}

@Test("a newer attempt at a job replaces an older one") func replacesOlderAttempt() {
  var worker = WorkerStateHarness.running(job)
  let directives = worker.hear(.lease(WorkerStateHarness.lease(job, 3)))
  #expect(directives.first == .stop(job.attempt(1), checkpoint: false))
  #expect(worker.hear(.lease(WorkerStateHarness.lease(job, 2))).isEmpty)
  #expect(worker.state.held.map(\.attempt) == [job.attempt(3)])
}

@Test("failures are reported") func reportsFailures() {
  var worker = WorkerStateHarness.welcomed()
  worker.hear(.lease(WorkerStateHarness.lease(job)))
  let missing = JobFailure(message: "no such blob", isTransient: true)
  #expect(
    worker.apply(.fetchFailed(job.attempt(1), reason: "no such blob"))
      == [.send(.failed(job.attempt(1), missing))])
  worker = WorkerStateHarness.running(other)
  let failure = JobFailure(message: "the loss is not finite", isTransient: false)
  #expect(
    worker.apply(.computationFailed(other.attempt(1), failure))
      == [.send(.failed(other.attempt(1), failure))])
}

@Test("a refused blob fails a result but not a checkpoint") func handlesRefusedBlob() {
  var worker = WorkerStateHarness.running(job)
  let checkpoint = ExampleJobs.checkpoint(25)
  worker.apply(.checkpointed(job.attempt(1), checkpoint))
  let lost = worker.apply(.storeFailed(checkpoint.blob.digest, reason: "disk full"))
  #expect(!lost.contains { if case .send = $0 { true } else { false } })
  let result = ExampleJobs.result(of: job.job)
  worker.apply(.computed(job.attempt(1), result))
  let failure = JobFailure(
    message: "its results could not be stored: disk full", isTransient: true)
  #expect(
    worker.apply(.storeFailed(result.outputs[0].blob.digest, reason: "disk full"))
      .contains(.send(.failed(job.attempt(1), failure))))
}

@Test("an interrupted worker sends its checkpoint and leaves") func sendsCheckpointBeforeLeaving() {
  var worker = WorkerStateHarness.running(job)
  worker.hear(.lease(WorkerStateHarness.lease(other)))
  #expect(
    worker.apply(.interrupted)
      == [.stop(job.attempt(1), checkpoint: true), .send(.released(other.attempt(1)))])
  let checkpoint = ExampleJobs.checkpoint(31)
  worker.apply(.checkpointed(job.attempt(1), checkpoint))
  #expect(worker.apply(.stopped(job.attempt(1))).isEmpty)
  #expect(
    worker.apply(.stored(checkpoint.blob.digest)) == [
      .send(.checkpoint(job.attempt(1), checkpoint)), .send(.released(job.attempt(1))),
      .send(.leave), .exit(status: 0),
    ])
  #expect(worker.apply(.tick).isEmpty)
}

@Test("a dismissed worker without attempts leaves at once") func leavesAtOnce() {
  var worker = WorkerStateHarness.welcomed()
  #expect(worker.hear(.dismiss) == [.send(.leave), .exit(status: 0)])
}

@Test("a leaving worker does not wait for ever") func limitsLeaving() {
  var worker = WorkerStateHarness.running(job)
  worker.hear(.dismiss)
  #expect(
    worker.hear(.lease(WorkerStateHarness.lease(other))) == [.send(.released(other.attempt(1)))])
  #expect(worker.wait(.seconds(31)).suffix(2) == [.send(.leave), .exit(status: 0)])
  worker = WorkerStateHarness.running(job)
  worker.apply(.interrupted)
  #expect(worker.apply(.interrupted).last == .exit(status: 0))
}

@Test("a worker that is never welcomed ends") func endsWithoutCoordinator() {
  var worker = WorkerStateHarness()
  let directives = worker.wait(.seconds(31))
  #expect(directives.last == .exit(status: 3))
  #expect(directives.filter { if case .send(.join) = $0 { true } else { false } }.count > 10)
}

@Test("a refused worker ends with status 2") func endsIfRefused() {
  var worker = WorkerStateHarness.welcomed()
  #expect(worker.hear(.refused("another version")).last == .exit(status: 2))
}

@Test("a worker waits for a silent coordinator while it has work and ten minutes longer")
func waitsForSilentCoordinator() {
  var worker = WorkerStateHarness.running(job)
  #expect(!worker.wait(.seconds(1000)).contains(.exit(status: 3)))
  let result = ExampleJobs.result(of: job.job)
  worker.apply(.computed(job.attempt(1), result))
  worker.apply(.stored(result.outputs[0].blob.digest))
  #expect(!worker.wait(.seconds(599)).contains(.exit(status: 3)))
  var returned = worker
  let welcome = returned.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
  #expect(welcome.contains(.send(.finished(job.attempt(1), result))))
  #expect(worker.wait(.seconds(1)).contains(.exit(status: 3)))
}
