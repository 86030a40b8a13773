import Jobs
import Scheduling
import Testing

@Test func aSilentWorkersJobGoesOnElsewhereFromItsLastCheckpoint() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  office.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(50)), from: "a")
  office.join("b")
  let silence = office.wait(10.5, beating: ["b"])
  let lease = silence.leases(to: "b").first
  #expect(lease?.attempt == job.attempt(2))
  #expect(lease?.checkpoint == ExampleJobs.checkpoint(50))
  #expect(office.state.status(of: job.id)?.losses == 1)
  #expect(office.state.status(of: job.id)?.failures == 0)
}

@Test func anyMessageRenewsTheLease() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  for step in 1...8 {
    office.wait(5)
    office.hear(
      .progress(job.attempt(1), JobProgress(step: step, total: 9, metrics: [:])), from: "a")
  }
  #expect(office.state.workers.count == 1)
  #expect(office.state.status(of: job.id)?.lastAttempt == 1)
}

@Test func aCoordinatorThatWasStoppedDoesNotTakeItsWorkersForDead() {
  var office = Office([ExampleJobs.solve(1)])
  office.join("a")
  office.now += .seconds(3600)
  office.apply(.tick)
  #expect(office.state.workers.count == 1)
  office.wait(11)
  #expect(office.state.workers.isEmpty)
}

@Test func aWorkerThatConnectsAnewLosesNothing() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.wait(1)
  #expect(office.apply(.unreachable(WorkerID("a"))).isEmpty)
  #expect(office.wait(0.5).isEmpty)
  office.hear(.heartbeat, from: "a")
  #expect(office.wait(9.5).events.isEmpty)
  #expect(office.state.running.map(\.attempt) == [job.attempt(1)])
  #expect(office.wait(0.5).events.count == 1)
}

@Test func aSilentWorkerIsNoticedWithinThreeSecondsAndAskedOnce() {
  let terms = CoordinatorSettings().terms
  var office = Office([ExampleJobs.solve(1)])
  office.join("a")
  let noticed = office.wait(3)
  #expect(
    noticed == [
      .notify(.silent(WorkerID("a"), for: .milliseconds(2500))),
      .send(.welcome(terms), to: WorkerID("a")),
    ])
  #expect(office.wait(6.5).isEmpty)
  #expect(office.wait(0.5).events.count == 1)
}

@Test func aWorkerThatAnswersMayFallSilentAgain() {
  var office = Office([ExampleJobs.solve(1)])
  office.join("a")
  for _ in 0..<3 {
    #expect(office.wait(3).messages(to: "a").count == 1)
    office.hear(.heartbeat, from: "a")
  }
  #expect(office.wait(2, beating: ["a"]).isEmpty)
  #expect(office.state.workers.count == 1)
}

@Test func aFrozenWorkersLateProgressIsRevokedWithoutNoise() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.join("b")
  office.wait(11, beating: ["b"])
  office.join("a")
  let late = office.hear(
    .progress(job.attempt(1), JobProgress(step: 1, total: 9, metrics: [:])), from: "a")
  #expect(late == [.send(.revoke(job.attempt(1)), to: WorkerID("a"))])
}

@Test func aWorkerThatIsDisconnectedAndSilentIsLostSoon() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.wait(3)
  let reason = "disconnected and silent for 2 s"
  let directives = office.apply(.unreachable(WorkerID("a")))
  #expect(directives.events == [.lost(job.attempt(1), by: WorkerID("a"), reason: reason)])
}

@Test func aClockThatJumpsBackStopsNothing() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.now = .origin + .seconds(5000)
  office.join("a")
  office.now += .seconds(-4000)
  office.wait(9.5)
  #expect(office.state.workers.count == 1)
  #expect(office.wait(1).events.count == 1)
}

@Test func whoHasSpokenIsNotSilentHoweverLongItsWordsHaveWaited() {
  let batch: [CoordinatorStimulus] = [
    .tick, .received(.heartbeat, from: WorkerID("a")), .tick, .unreachable(WorkerID("b")),
  ]
  #expect(
    batch.ticksLast == [
      .received(.heartbeat, from: WorkerID("a")), .unreachable(WorkerID("b")), .tick, .tick,
    ])
}

@Test func aLateAnswerIsSupersededAndForgottenByItsWorker() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.lose("a")
  office.join("b")
  office.join("a")
  let late = office.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(late.events.isEmpty)
  #expect(late.messages(to: "a") == [.acknowledged(job.attempt(1))])
  #expect(late.contains(.notify(.superseded(job.attempt(1), from: WorkerID("a")))))
  let progress = JobProgress(step: 1, total: 2, metrics: [:])
  #expect(
    office.hear(.progress(job.attempt(1), progress), from: "a").messages(to: "a")
      == [.revoke(job.attempt(1))])
  #expect(office.state(of: job) == .running)
}

@Test func aWorkerCannotAnswerForAnother() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.join("b")
  let answer = office.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "b")
  #expect(answer.events.isEmpty)
  #expect(office.state(of: job) == .running)
}

@Test func aRepeatedFinishIsAcknowledgedAgainAndRecordedOnce() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var office = Office(jobs)
  office.join("a")
  let finished = WorkerMessage.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job))
  office.hear(finished, from: "a")
  let again = office.hear(finished, from: "a")
  #expect(again == [.send(.acknowledged(jobs[0].attempt(1)), to: WorkerID("a"))])
}

@Test func aTransientFailureIsTriedThreeTimes() {
  let job = ExampleJobs.solve(1)
  var office = Office([job, ExampleJobs.solve(2)])
  office.join("a")
  let failure = JobFailure(message: "out of memory", isTransient: true)
  for number in 1...3 { office.hear(.failed(job.attempt(number), failure), from: "a") }
  #expect(office.state(of: job) == .discarded)
  #expect(office.state.discarded.map(\.reason) == ["out of memory"])
  #expect(office.state.status(of: job.id)?.lastAttempt == 3)
}

@Test func aLastingFailureSetsTheJobAndWhatWaitsForItAside() {
  let train = ExampleJobs.train(1)
  let predictions = [ExampleJobs.predict(2, after: train), ExampleJobs.predict(3, after: train)]
  var office = Office([train] + predictions + [ExampleJobs.solve(4)])
  office.join("a")
  let failure = JobFailure(message: "markers outside the image", isTransient: false)
  let directives = office.hear(.failed(train.attempt(1), failure), from: "a")
  #expect(directives.contains(.notify(.failed(train.attempt(1), failure, final: true))))
  #expect(office.state.discarded.map(\.planned.id) == ([train] + predictions).map(\.id))
  #expect(office.state.discarded.last?.reason == "its training was discarded")
  #expect(office.state.counts.unsettled == 1)
}

@Test func aJobThatTakesItsWorkersAlongIsDiscarded() {
  let job = ExampleJobs.solve(1)
  var office = Office([job, ExampleJobs.solve(2)])
  for number in 1...10 {
    office.join("worker \(number)")
    #expect(office.state(of: job) == .running)
    office.lose("worker \(number)")
  }
  #expect(office.state(of: job) == .discarded)
  #expect(office.state.status(of: job.id)?.reason?.contains("10 workers") == true)
}

@Test func aFailureBeforeTheFirstOwnCheckpointDiscardsTheOneItStartedFrom() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  let failure = JobFailure(message: "the checkpoint cannot be read", isTransient: true)
  let second = office.hear(.failed(job.attempt(1), failure), from: "a").leases(to: "a").first
  #expect(second?.checkpoint == ExampleJobs.checkpoint(25))
  let third = office.hear(.failed(job.attempt(2), failure), from: "a").leases(to: "a").first
  #expect(third?.attempt == job.attempt(3))
  #expect(third?.checkpoint == nil)
}

@Test func aResultWithoutWhatTheJobIsForIsAFailure() {
  let train = ExampleJobs.train(1)
  var office = Office([train])
  office.join("a")
  let empty = JobResult(outputs: [], metrics: [:], seconds: 1, peakMemory: 1)
  let directives = office.hear(.finished(train.attempt(1), empty), from: "a")
  #expect(office.state.status(of: train.id)?.failures == 1)
  #expect(directives.leases(to: "a").map(\.attempt) == [train.attempt(2)])
}

@Test func anUnknownSenderIsAskedToJoin() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  #expect(office.hear(.heartbeat, from: "x").messages(to: "x") == [.rejoin])
  #expect(office.hear(.started(job.attempt(7)), from: "x").messages(to: "x") == [.rejoin])
  #expect(office.hear(.leave, from: "x").isEmpty)
}

@Test func aWorkerWithoutCreditIsRefused() {
  var office = Office([ExampleJobs.solve(1)])
  let directives = office.join("a", credit: 0)
  #expect(directives.leases(to: "a").isEmpty)
  #expect(directives.messages(to: "a") == [.refused("a worker's credit must be at least 1")])
}

@Test func aLeaseThatNeverArrivedIsHandedOutAgain() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  #expect(office.join("a").events.isEmpty, "the two messages may have crossed")
  office.wait(5, beating: ["a"])
  let directives = office.join("a")
  #expect(directives.messages(to: "a").contains(.revoke(job.attempt(1))))
  #expect(directives.leases(to: "a").map(\.attempt) == [job.attempt(2)])
  #expect(office.state.status(of: job.id)?.losses == 0)
}

@Test func aWorkerThatLeavesGivesItsJobsBack() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.hear(.leave, from: "a")
  #expect(office.state(of: job) == .ready)
  #expect(office.state.status(of: job.id)?.losses == 0)
  #expect(office.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
}

@Test func aMessageAboutAnUnknownJobIsSuperseded() {
  var office = Office([ExampleJobs.solve(1)])
  office.join("a")
  let stranger = ExampleJobs.solve(99).attempt(1)
  #expect(office.hear(.started(stranger), from: "a").messages(to: "a") == [.revoke(stranger)])
}

@Test func anAttemptThatAWorkerCannotHoldIsRefusedAndTheJobGoesOn() {
  let (job, stranger) = (ExampleJobs.solve(1), ExampleJobs.solve(2))
  var office = Office([job])
  office.join("a")
  office.join("liar")
  let lies: [(Attempt, WorkerMessage)] = [
    (stranger.attempt(1), .started(stranger.attempt(1))),
    (job.attempt(2), .checkpoint(job.attempt(2), ExampleJobs.checkpoint(5))),
    (job.attempt(1), .finished(job.attempt(1), ExampleJobs.result(of: job.job, name: "false"))),
    (job.attempt(1), .failed(job.attempt(1), JobFailure(message: "no", isTransient: false))),
    (job.attempt(1), .released(job.attempt(1))),
  ]
  for (attempt, lie) in lies {
    let answers = office.hear(lie, from: "liar")
    #expect(answers.events.isEmpty)
    let reasons = answers.compactMap { directive -> String? in
      if case .notify(.refused(WorkerID("liar"), let reason)) = directive { reason } else { nil }
    }
    #expect(reasons.count == 1 && reasons[0].contains(attempt.job.short), "\(lie)")
  }
  office.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(office.state.status(of: job.id)?.completion?.worker == WorkerID("a"))
}

@Test func aJobThatGetsFurtherEachTimeIsNotWhatDrivesItsWorkersAway() {
  let job = ExampleJobs.solve(1)
  let most = CoordinatorSettings().maximumLosses
  var office = Office([job])
  for number in 1...2 * most {
    office.join("w\(number)")
    office.hear(
      .checkpoint(job.attempt(number), ExampleJobs.checkpoint(number)), from: "w\(number)")
    office.lose("w\(number)")
  }
  #expect(office.state(of: job) == .ready)
  for number in 2 * most + 1..<3 * most {
    #expect(office.state(of: job) == .ready)
    office.join("w\(number)")
    office.lose("w\(number)")
  }
  #expect(office.state(of: job) == .discarded)
}
