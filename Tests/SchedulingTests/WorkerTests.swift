import Jobs
import Scheduling
import Testing

/// A worker in a story.
private struct Desk {
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
  mutating func wait(_ seconds: Double) -> [WorkerDirective] {
    var directives: [WorkerDirective] = []
    for _ in 0..<Int(seconds * 2) {
      now += .milliseconds(500)
      directives += apply(.tick)
    }
    return directives
  }

  static func welcomed(_ settings: WorkerSettings = WorkerSettings()) -> Desk {
    var desk = Desk(settings: settings)
    desk.apply(.tick)
    desk.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
    return desk
  }

  /// A worker that runs attempt 1 of `job`.
  static func running(
    _ job: PlannedJob, _ settings: WorkerSettings = WorkerSettings()
  ) -> Desk {
    var desk = welcomed(settings)
    desk.hear(.lease(lease(job)))
    desk.apply(.fetched(job.attempt(1)))
    return desk
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

@Test func aWorkerWithoutADiskGivesItsJobsBackAndLeavesWithTwo() {
  var desk = Desk.running(job)
  desk.hear(.lease(Desk.lease(other)))
  let first = desk.apply(.incapacitated(reason: "no space left"))
  #expect(first.contains(.notify("this worker cannot go on: no space left")))
  #expect(first.contains(.send(.released(other.attempt(1)))))
  #expect(first.contains(.stop(job.attempt(1), checkpoint: true)))
  #expect(desk.apply(.incapacitated(reason: "no space left")).isEmpty)
  let last = desk.apply(.stopped(job.attempt(1)))
  #expect(
    last == [.send(.released(job.attempt(1))), .send(.leave), .exit(status: 2)])
}

@Test func onlyTheNewestCheckpointFollowsTheOneThatIsOnItsWay() {
  var desk = Desk.running(job)
  let checkpoints = (1...4).map(ExampleJobs.checkpoint)
  #expect(
    desk.apply(.checkpointed(job.attempt(1), checkpoints[0])) == [.store(checkpoints[0].blob)])
  #expect(desk.apply(.checkpointed(job.attempt(1), checkpoints[1])).isEmpty)
  #expect(desk.apply(.checkpointed(job.attempt(1), checkpoints[2])).isEmpty)
  #expect(
    desk.state.checkpointsToSend(of: job.attempt(1))
      == [checkpoints[0].blob.digest, checkpoints[2].blob.digest])
  #expect(
    desk.apply(.stored(checkpoints[0].blob.digest)) == [
      .store(checkpoints[2].blob), .send(.checkpoint(job.attempt(1), checkpoints[0])),
    ])
  desk.apply(.checkpointed(job.attempt(1), checkpoints[3]))
  // One that cannot be stored does not hold up the next.
  #expect(
    desk.apply(.storeFailed(checkpoints[2].blob.digest, reason: "full")).contains(
      .store(checkpoints[3].blob)))
  // A stopped attempt goes back when the last of them is there.
  #expect(desk.apply(.stopped(job.attempt(1))).isEmpty)
  #expect(
    desk.apply(.stored(checkpoints[3].blob.digest)) == [
      .send(.checkpoint(job.attempt(1), checkpoints[3])), .send(.released(job.attempt(1))),
    ])
}

@Test func aWorkerJoinsAndBeatsWhenItHasNothingElseToSay() {
  var desk = Desk()
  guard case .send(.join(_, let holding)) = desk.apply(.tick).first else {
    Issue.record("it did not join")
    return
  }
  #expect(holding.isEmpty)
  desk.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
  #expect(desk.wait(3) == Array(repeating: .send(.heartbeat), count: 3))
}

@Test func aWorkersClockThatJumpsBackDoesNotSilenceIt() {
  var desk = Desk.running(job)
  desk.now = .origin + .seconds(5000)
  desk.apply(.tick)
  desk.now = .origin + .seconds(1000)
  #expect(desk.apply(.tick).isEmpty)
  #expect(desk.wait(3) == Array(repeating: .send(.heartbeat), count: 3))
}

@Test func onceALeaseAWorkerSaysAllThatItHolds() {
  var desk = Desk.running(job)
  let joins = desk.wait(30).filter { if case .send(.join) = $0 { true } else { false } }
  #expect(joins.count == 3)
  guard case .send(.join(_, let holding)) = joins.first else { return }
  #expect(holding.map(\.attempt) == [job.attempt(1)])
}

@Test func blobsAreFetchedOnceBeforeTheJobStarts() {
  var desk = Desk.welcomed()
  let lease = Desk.lease(job, from: ExampleJobs.checkpoint(25))
  let needs = [
    ExampleJobs.blob("image"), ExampleJobs.blob("markers"), ExampleJobs.checkpoint(25).blob,
  ].map(\.digest)
  #expect(desk.hear(.lease(lease)) == [.fetch(job.attempt(1), needs)])
  #expect(desk.hear(.lease(lease)).isEmpty)
  #expect(desk.apply(.fetched(job.attempt(1))) == [.start(lease)])
}

@Test func oneJobRunsWhileTheNextOnesBlobsAreFetchedAndWaitAtTheThread() {
  var desk = Desk.running(job)
  #expect(desk.hear(.lease(Desk.lease(other))).count == 1)
  #expect(desk.apply(.fetched(other.attempt(1))) == [.start(Desk.lease(other))])
}

@Test func noMoreWaitAtTheThreadThanTheSettingsSay() {
  var settings = WorkerSettings()
  settings.maximumStarted = 2
  var desk = Desk.welcomed(settings)
  let jobs = (1...3).map(ExampleJobs.solve)
  for job in jobs { desk.hear(.lease(Desk.lease(job))) }
  let started = jobs.flatMap { desk.apply(.fetched($0.attempt(1))) }
  #expect(started == jobs.prefix(2).map { .start(Desk.lease($0)) })
  let after = desk.apply(.computed(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)))
  #expect(after.contains(.start(Desk.lease(jobs[2]))))
}

@Test func onlyAnAttemptThatRunsForSomeTimeIsSaidToRun() {
  var desk = Desk.running(job)
  #expect(desk.apply(.tick) == [.send(.started(job.attempt(1)))])
  #expect(desk.apply(.tick).isEmpty)
  desk = Desk.running(job)
  desk.apply(.progressed(job.attempt(1), JobProgress(step: 1, total: 9, metrics: [:])))
  #expect(desk.apply(.tick).isEmpty, "who hears of its progress knows that it runs")
  desk = Desk.running(job)
  desk.apply(.computed(job.attempt(1), ExampleJobs.result(of: job.job)))
  #expect(desk.apply(.tick).isEmpty)
}

@Test func aCheckpointIsNamedOnlyWhenTheCoordinatorHasIt() {
  var desk = Desk.running(job)
  let checkpoint = ExampleJobs.checkpoint(25)
  #expect(desk.apply(.checkpointed(job.attempt(1), checkpoint)) == [.store(checkpoint.blob)])
  #expect(
    desk.apply(.stored(checkpoint.blob.digest))
      == [.send(.checkpoint(job.attempt(1), checkpoint))])
}

@Test func aResultIsNamedOnlyWhenTheCoordinatorHasAllOfIt() {
  var desk = Desk.running(job)
  var result = ExampleJobs.result(of: job.job)
  result.outputs.append(JobOutput(role: .weights, blob: ExampleJobs.blob("more"), seconds: 1))
  desk.apply(.computed(job.attempt(1), result))
  #expect(desk.apply(.stored(result.outputs[0].blob.digest)).isEmpty)
  #expect(
    desk.apply(.stored(result.outputs[1].blob.digest))
      == [.send(.finished(job.attempt(1), result))])
}

@Test func aResultIsRepeatedUntilItIsAcknowledged() {
  var desk = Desk.running(job)
  let result = ExampleJobs.result(of: job.job)
  desk.apply(.computed(job.attempt(1), result))
  desk.apply(.stored(result.outputs[0].blob.digest))
  let finished = WorkerDirective.send(.finished(job.attempt(1), result))
  let rejoin = desk.hear(.rejoin)
  guard case .send(.join(_, let holding)) = rejoin.first else {
    Issue.record("it did not join again")
    return
  }
  #expect(holding.map(\.attempt) == [job.attempt(1)])
  #expect(desk.hear(.rejoin).isEmpty, "one answer is enough")
  #expect(
    desk.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))) == [finished])
  desk.hear(.acknowledged(job.attempt(1)))
  #expect(desk.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))).isEmpty)
  #expect(desk.state.held.isEmpty)
}

@Test func aRestartedCoordinatorIsSentAgainWhatWasOnItsWay() {
  var desk = Desk.running(job)
  let (first, second) = (ExampleJobs.checkpoint(25), ExampleJobs.checkpoint(50))
  desk.apply(.checkpointed(job.attempt(1), first))
  desk.apply(.stored(first.blob.digest))
  desk.apply(.checkpointed(job.attempt(1), second))
  desk.hear(.rejoin)
  let progress = JobProgress(step: 51, total: 100, metrics: [:])
  #expect(desk.apply(.progressed(job.attempt(1), progress)).isEmpty)
  #expect(
    desk.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
      == [.store(second.blob), .send(.checkpoint(job.attempt(1), first))])
  #expect(desk.state.held == [HeldAttempt(attempt: job.attempt(1), step: 51)])
}

@Test func aRevokedAttemptStopsAndTheNextBeginsWhenTheThreadIsFree() {
  var settings = WorkerSettings()
  settings.maximumStarted = 1
  var desk = Desk.running(job, settings)
  desk.hear(.lease(Desk.lease(other)))
  desk.apply(.fetched(other.attempt(1)))
  #expect(desk.hear(.revoke(job.attempt(1))) == [.stop(job.attempt(1), checkpoint: false)])
  #expect(desk.hear(.revoke(job.attempt(1))).isEmpty)
  let late = JobProgress(step: 9, total: 9, metrics: [:])
  #expect(desk.apply(.progressed(job.attempt(1), late)).isEmpty)
  #expect(
    desk.apply(.stopped(job.attempt(1))) == [.start(Desk.lease(other))])
}

@Test func aNewerAttemptAtAJobTakesThePlaceOfTheOlder() {
  var desk = Desk.running(job)
  let directives = desk.hear(.lease(Desk.lease(job, 3)))
  #expect(directives.first == .stop(job.attempt(1), checkpoint: false))
  #expect(desk.hear(.lease(Desk.lease(job, 2))).isEmpty)
  #expect(desk.state.held.map(\.attempt) == [job.attempt(3)])
}

@Test func failuresAreReported() {
  var desk = Desk.welcomed()
  desk.hear(.lease(Desk.lease(job)))
  let missing = JobFailure(message: "no such blob", isTransient: true)
  #expect(
    desk.apply(.fetchFailed(job.attempt(1), reason: "no such blob"))
      == [.send(.failed(job.attempt(1), missing))])
  desk = Desk.running(other)
  let failure = JobFailure(message: "the loss is not finite", isTransient: false)
  #expect(
    desk.apply(.computationFailed(other.attempt(1), failure))
      == [.send(.failed(other.attempt(1), failure))])
}

@Test func aBlobThatIsNotTakenFailsAResultButNotACheckpoint() {
  var desk = Desk.running(job)
  let checkpoint = ExampleJobs.checkpoint(25)
  desk.apply(.checkpointed(job.attempt(1), checkpoint))
  let lost = desk.apply(.storeFailed(checkpoint.blob.digest, reason: "disk full"))
  #expect(!lost.contains { if case .send = $0 { true } else { false } })
  let result = ExampleJobs.result(of: job.job)
  desk.apply(.computed(job.attempt(1), result))
  let failure = JobFailure(
    message: "its results could not be stored: disk full", isTransient: true)
  #expect(
    desk.apply(.storeFailed(result.outputs[0].blob.digest, reason: "disk full"))
      .contains(.send(.failed(job.attempt(1), failure))))
}

@Test func anInterruptedWorkerBringsItsCheckpointHomeAndLeaves() {
  var desk = Desk.running(job)
  desk.hear(.lease(Desk.lease(other)))
  #expect(
    desk.apply(.interrupted)
      == [.stop(job.attempt(1), checkpoint: true), .send(.released(other.attempt(1)))])
  let checkpoint = ExampleJobs.checkpoint(31)
  desk.apply(.checkpointed(job.attempt(1), checkpoint))
  #expect(desk.apply(.stopped(job.attempt(1))).isEmpty)
  #expect(
    desk.apply(.stored(checkpoint.blob.digest)) == [
      .send(.checkpoint(job.attempt(1), checkpoint)), .send(.released(job.attempt(1))),
      .send(.leave), .exit(status: 0),
    ])
  #expect(desk.apply(.tick).isEmpty)
}

@Test func aDismissedWorkerWithEmptyHandsLeavesAtOnce() {
  var desk = Desk.welcomed()
  #expect(desk.hear(.dismiss) == [.send(.leave), .exit(status: 0)])
}

@Test func aLeavingWorkerDoesNotWaitForEver() {
  var desk = Desk.running(job)
  desk.hear(.dismiss)
  #expect(desk.hear(.lease(Desk.lease(other))) == [.send(.released(other.attempt(1)))])
  #expect(desk.wait(31).suffix(2) == [.send(.leave), .exit(status: 0)])
  desk = Desk.running(job)
  desk.apply(.interrupted)
  #expect(desk.apply(.interrupted).last == .exit(status: 0))
}

@Test func aWorkerThatIsNeverWelcomedGivesUp() {
  var desk = Desk()
  let directives = desk.wait(31)
  #expect(directives.last == .exit(status: 3))
  #expect(directives.filter { if case .send(.join) = $0 { true } else { false } }.count > 10)
}

@Test func aRefusedWorkerEndsWithStatusTwo() {
  var desk = Desk.welcomed()
  #expect(desk.hear(.refused("another version")).last == .exit(status: 2))
}

@Test func aSilentCoordinatorIsWaitedForWhileThereIsWorkAndTenMinutesLonger() {
  var desk = Desk.running(job)
  #expect(!desk.wait(1000).contains(.exit(status: 3)))
  let result = ExampleJobs.result(of: job.job)
  desk.apply(.computed(job.attempt(1), result))
  desk.apply(.stored(result.outputs[0].blob.digest))
  #expect(!desk.wait(599).contains(.exit(status: 3)))
  var returned = desk
  let welcome = returned.hear(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))))
  #expect(welcome.contains(.send(.finished(job.attempt(1), result))))
  #expect(desk.wait(1).contains(.exit(status: 3)))
}
