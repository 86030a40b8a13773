import Jobs
import Scheduling
import Testing

@Test("a silent worker's job continues elsewhere from its last checkpoint")
func continuesFromCheckpoint() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  coordinator.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(50)), from: "a")
  coordinator.join("b")
  let silence = coordinator.wait(.milliseconds(10500), beating: ["b"])
  let lease = silence.leases(to: "b").first
  #expect(lease?.attempt == job.attempt(2))
  #expect(lease?.checkpoint == ExampleJobs.checkpoint(50))
  #expect(coordinator.state.status(of: job.id)?.losses == 1)
  #expect(coordinator.state.status(of: job.id)?.failures == 0)
}

@Test("any message renews the lease") func renewsLease() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  for step in 1...8 {
    coordinator.wait(.seconds(5))
    coordinator.hear(
      .progress(job.attempt(1), JobProgress(step: step, total: 9, metrics: [:])), from: "a")
  }
  #expect(coordinator.state.workers.count == 1)
  #expect(coordinator.state.status(of: job.id)?.lastAttempt == 1)
}

@Test("a coordinator that was suspended does not take its workers for lost")
func toleratesOwnSuspension() {
  var coordinator = CoordinatorHarness([ExampleJobs.solve(1)])
  coordinator.join("a")
  coordinator.now += .seconds(3600)
  coordinator.apply(.tick)
  #expect(coordinator.state.workers.count == 1)
  coordinator.wait(.seconds(11))
  #expect(coordinator.state.workers.isEmpty)
}

@Test("a worker that makes a new connection loses nothing") func toleratesReconnection() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.wait(.seconds(1))
  #expect(coordinator.apply(.unreachable(WorkerID("a"))).isEmpty)
  #expect(coordinator.wait(.milliseconds(500)).isEmpty)
  coordinator.hear(.heartbeat, from: "a")
  #expect(coordinator.wait(.milliseconds(9500)).events.isEmpty)
  #expect(coordinator.state.running.map(\.attempt) == [job.attempt(1)])
  #expect(coordinator.wait(.milliseconds(500)).events.count == 1)
}

@Test("a silent worker is noticed within three seconds and probed once") func probesSilentWorker() {
  let terms = CoordinatorSettings().terms
  var coordinator = CoordinatorHarness([ExampleJobs.solve(1)])
  coordinator.join("a")
  let noticed = coordinator.wait(.seconds(3))
  #expect(
    noticed == [
      .notify(.silent(WorkerID("a"), for: .milliseconds(2500))),
      .send(.welcome(terms), to: WorkerID("a")),
    ])
  #expect(coordinator.wait(.milliseconds(6500)).isEmpty)
  #expect(coordinator.wait(.milliseconds(500)).events.count == 1)
}

@Test("a worker that has answered a probe is probed again when it falls silent again")
func probesAgain() {
  var coordinator = CoordinatorHarness([ExampleJobs.solve(1)])
  coordinator.join("a")
  for _ in 0..<3 {
    #expect(coordinator.wait(.seconds(3)).messages(to: "a").count == 1)
    coordinator.hear(.heartbeat, from: "a")
  }
  #expect(coordinator.wait(.seconds(2), beating: ["a"]).isEmpty)
  #expect(coordinator.state.workers.count == 1)
}

@Test("late progress of a frozen worker is revoked without a notification")
func revokesLateProgress() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.join("b")
  coordinator.wait(.seconds(11), beating: ["b"])
  coordinator.join("a")
  let late = coordinator.hear(
    .progress(job.attempt(1), JobProgress(step: 1, total: 9, metrics: [:])), from: "a")
  #expect(late == [.send(.revoke(job.attempt(1)), to: WorkerID("a"))])
}

@Test("a worker that is disconnected and silent is lost soon") func losesDisconnectedWorker() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.wait(.seconds(3))
  let reason = "disconnected and silent for 2 s"
  let directives = coordinator.apply(.unreachable(WorkerID("a")))
  #expect(directives.events == [.lost(job.attempt(1), by: WorkerID("a"), reason: reason)])
}

@Test("a clock that jumps back stops nothing") func toleratesClockJump() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.now = .origin + .seconds(5000)
  coordinator.join("a")
  coordinator.now += .seconds(-4000)
  coordinator.wait(.milliseconds(9500))
  #expect(coordinator.state.workers.count == 1)
  #expect(coordinator.wait(.seconds(1)).events.count == 1)
}

@Test("a worker whose message waits in the queue is not silent") func handlesTicksLast() {
  let batch: [CoordinatorStimulus] = [
    .tick, .received(.heartbeat, from: WorkerID("a")), .tick, .unreachable(WorkerID("b")),
  ]
  #expect(
    batch.ticksLast == [
      .received(.heartbeat, from: WorkerID("a")), .unreachable(WorkerID("b")), .tick, .tick,
    ])
}

@Test("a late report is superseded, and its worker forgets the attempt") func supersedesLateReport()
{
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.lose("a")
  coordinator.join("b")
  coordinator.join("a")
  let late = coordinator.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(late.events.isEmpty)
  #expect(late.messages(to: "a") == [.acknowledged(job.attempt(1))])
  #expect(late.contains(.notify(.superseded(job.attempt(1), from: WorkerID("a")))))
  let progress = JobProgress(step: 1, total: 2, metrics: [:])
  #expect(
    coordinator.hear(.progress(job.attempt(1), progress), from: "a").messages(to: "a")
      == [.revoke(job.attempt(1))])
  #expect(coordinator.state(of: job) == .running)
}

@Test("a worker cannot report for another") func rejectsReportOfAnother() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.join("b")
  let answer = coordinator.hear(
    .finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "b")
  #expect(answer.events.isEmpty)
  #expect(coordinator.state(of: job) == .running)
}

@Test("a repeated result is acknowledged again and recorded once") func acknowledgesRepeatedResult()
{
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a")
  let finished = WorkerMessage.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job))
  coordinator.hear(finished, from: "a")
  let again = coordinator.hear(finished, from: "a")
  #expect(again == [.send(.acknowledged(jobs[0].attempt(1)), to: WorkerID("a"))])
}

@Test("a job with a transient failure is tried three times") func retriesTransientFailure() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job, ExampleJobs.solve(2)])
  coordinator.join("a")
  let failure = JobFailure(message: "out of memory", isTransient: true)
  for number in 1...3 { coordinator.hear(.failed(job.attempt(number), failure), from: "a") }
  #expect(coordinator.state(of: job) == .discarded)
  #expect(coordinator.state.discarded.map(\.reason) == ["out of memory"])
  #expect(coordinator.state.status(of: job.id)?.lastAttempt == 3)
}

@Test("a permanent failure discards the job and the jobs that depend on it")
func discardsDependents() {
  let train = ExampleJobs.train(1)
  let predictions = [ExampleJobs.predict(2, after: train), ExampleJobs.predict(3, after: train)]
  var coordinator = CoordinatorHarness([train] + predictions + [ExampleJobs.solve(4)])
  coordinator.join("a")
  let failure = JobFailure(message: "markers outside the image", isTransient: false)
  let directives = coordinator.hear(.failed(train.attempt(1), failure), from: "a")
  #expect(directives.contains(.notify(.failed(train.attempt(1), failure, final: true))))
  #expect(coordinator.state.discarded.map(\.planned.id) == ([train] + predictions).map(\.id))
  #expect(coordinator.state.discarded.last?.reason == "its training was discarded")
  #expect(coordinator.state.counts.unsettled == 1)
}

@Test("a job that kills its workers is discarded") func discardsDeadlyJob() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job, ExampleJobs.solve(2)])
  for number in 1...10 {
    coordinator.join("worker \(number)")
    #expect(coordinator.state(of: job) == .running)
    coordinator.lose("worker \(number)")
  }
  #expect(coordinator.state(of: job) == .discarded)
  #expect(coordinator.state.status(of: job.id)?.reason?.contains("10 workers") == true)
}

@Test("a failure before an attempt's own first checkpoint drops the one that it started from")
func dropsDoubtfulCheckpoint() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  let failure = JobFailure(message: "the checkpoint cannot be read", isTransient: true)
  let second = coordinator.hear(.failed(job.attempt(1), failure), from: "a").leases(to: "a").first
  #expect(second?.checkpoint == ExampleJobs.checkpoint(25))
  let third = coordinator.hear(.failed(job.attempt(2), failure), from: "a").leases(to: "a").first
  #expect(third?.attempt == job.attempt(3))
  #expect(third?.checkpoint == nil)
}

@Test("a result without an output that the job must have is a failure") func requiresOutputs() {
  let train = ExampleJobs.train(1)
  var coordinator = CoordinatorHarness([train])
  coordinator.join("a")
  let empty = JobResult(outputs: [], metrics: [:], seconds: 1, peakMemory: 1)
  let directives = coordinator.hear(.finished(train.attempt(1), empty), from: "a")
  #expect(coordinator.state.status(of: train.id)?.failures == 1)
  #expect(directives.leases(to: "a").map(\.attempt) == [train.attempt(2)])
}

@Test("an unknown sender is asked to join") func asksUnknownSenderToJoin() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  #expect(coordinator.hear(.heartbeat, from: "x").messages(to: "x") == [.rejoin])
  #expect(coordinator.hear(.started(job.attempt(7)), from: "x").messages(to: "x") == [.rejoin])
  #expect(coordinator.hear(.leave, from: "x").isEmpty)
}

@Test("a worker without credit is refused") func refusesWorkerWithoutCredit() {
  var coordinator = CoordinatorHarness([ExampleJobs.solve(1)])
  let directives = coordinator.join("a", credit: 0)
  #expect(directives.leases(to: "a").isEmpty)
  #expect(directives.messages(to: "a") == [.refused("a worker's credit must be at least 1")])
}

@Test("a lease that never arrived is given again") func repeatsLostLease() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  #expect(coordinator.join("a").events.isEmpty, "the two messages may have crossed")
  coordinator.wait(.seconds(5), beating: ["a"])
  let directives = coordinator.join("a")
  #expect(directives.messages(to: "a").contains(.revoke(job.attempt(1))))
  #expect(directives.leases(to: "a").map(\.attempt) == [job.attempt(2)])
  #expect(coordinator.state.status(of: job.id)?.losses == 0)
}

@Test("a worker that leaves releases its jobs") func releasesJobsOfLeavingWorker() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.hear(.leave, from: "a")
  #expect(coordinator.state(of: job) == .ready)
  #expect(coordinator.state.status(of: job.id)?.losses == 0)
  #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
}

@Test("a message about an unknown job is rejected") func rejectsUnknownJob() {
  var coordinator = CoordinatorHarness([ExampleJobs.solve(1)])
  coordinator.join("a")
  let unknown = ExampleJobs.solve(99).attempt(1)
  #expect(coordinator.hear(.started(unknown), from: "a").messages(to: "a") == [.revoke(unknown)])
}

@Test("a report about an attempt that the worker cannot hold is refused, and the job goes on")
func refusesImpossibleAttempt() {
  let job = ExampleJobs.solve(1)
  let unknown = ExampleJobs.solve(2)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.join("liar")
  let lies: [(Attempt, WorkerMessage)] = [
    (unknown.attempt(1), .started(unknown.attempt(1))),
    (job.attempt(2), .checkpoint(job.attempt(2), ExampleJobs.checkpoint(5))),
    (job.attempt(1), .finished(job.attempt(1), ExampleJobs.result(of: job.job, name: "false"))),
    (job.attempt(1), .failed(job.attempt(1), JobFailure(message: "no", isTransient: false))),
    (job.attempt(1), .released(job.attempt(1))),
  ]
  for (attempt, lie) in lies {
    let answers = coordinator.hear(lie, from: "liar")
    #expect(answers.events.isEmpty)
    let reasons = answers.compactMap { directive -> String? in
      if case .notify(.refused(WorkerID("liar"), let reason)) = directive { reason } else { nil }
    }
    #expect(reasons.count == 1 && reasons[0].contains(attempt.job.short), "\(lie)")
  }
  coordinator.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(coordinator.state.status(of: job.id)?.completion?.worker == WorkerID("a"))
}

@Test("a job that gets further each time is not discarded for lost workers")
func toleratesLossesWithProgress() {
  let job = ExampleJobs.solve(1)
  let most = CoordinatorSettings().maximumLosses
  var coordinator = CoordinatorHarness([job])
  for number in 1...2 * most {
    coordinator.join("w\(number)")
    coordinator.hear(
      .checkpoint(job.attempt(number), ExampleJobs.checkpoint(number)), from: "w\(number)")
    coordinator.lose("w\(number)")
  }
  #expect(coordinator.state(of: job) == .ready)
  for number in 2 * most + 1..<3 * most {
    #expect(coordinator.state(of: job) == .ready)
    coordinator.join("w\(number)")
    coordinator.lose("w\(number)")
  }
  #expect(coordinator.state(of: job) == .discarded)
}
