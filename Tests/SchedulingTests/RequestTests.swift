import Jobs
import Scheduling
import Testing

/// What a user may ask of a running coordinator, and what of it outlives a restart.
@Suite struct RequestTests {
  private let train = ExampleJobs.train(1)
  private var predict: PlannedJob { ExampleJobs.predict(2, after: train) }

  @Test func aCancelledRunningJobStopsAfterACheckpointAndStaysStopped() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
    var office = Office(jobs)
    office.join("a")
    let answer = office.apply(.requested(.cancel([jobs[0].id])))
    #expect(answer.events == [.cancelled(jobs[0].id)])
    #expect(answer.messages(to: "a") == [.stop(jobs[0].attempt(1))])
    #expect(answer.contains(.notify(.cancelled(jobs[0].id, isStopping: true))))
    #expect(office.state(of: jobs[0]) == .running)
    office.hear(.checkpoint(jobs[0].attempt(1), ExampleJobs.checkpoint(7)), from: "a")
    let released = office.hear(.released(jobs[0].attempt(1)), from: "a")
    #expect(office.state(of: jobs[0]) == .discarded)
    #expect(office.state.status(of: jobs[0].id)?.reason == JobStatus.cancellation)
    #expect(released.leases(to: "a").map(\.attempt) == [jobs[1].attempt(1)])
    _ = office.restart(jobs)
    #expect(office.state(of: jobs[0]) == .discarded)
  }

  @Test func aCancellationOutlivesTheCoordinatorThatWasTold() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
    var office = Office(jobs)
    office.join("a")
    office.apply(.requested(.cancel([jobs[0].id])))
    _ = office.restart(jobs)
    let back = office.join("a", holding: [jobs[0].attempt(1)])
    #expect(back.messages(to: "a").contains(.stop(jobs[0].attempt(1))))
    office.hear(.released(jobs[0].attempt(1)), from: "a")
    #expect(office.state(of: jobs[0]) == .discarded)
  }

  @Test func aCancelledJobWhoseWorkerIsLostIsNotHandedOutAgain() {
    let job = ExampleJobs.solve(1)
    var office = Office([job, ExampleJobs.solve(2)])
    office.join("a")
    office.apply(.requested(.cancel([job.id])))
    office.wait(11)
    #expect(office.state(of: job) == .discarded)
    #expect(office.join("b").leases(to: "b").map(\.attempt.job) == [ExampleJobs.solve(2).id])
  }

  @Test func aJobThatIsDoneBeforeItHearsOfItsCancellationIsDone() {
    let job = ExampleJobs.solve(1)
    var office = Office([job])
    office.join("a")
    office.apply(.requested(.cancel([job.id])))
    office.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
    #expect(office.state(of: job) == .done)
    #expect(office.state.counts.discarded == 0)
  }

  @Test func whatWaitsForACancelledJobIsCancelledWithIt() {
    var office = Office([train, predict])
    let answer = office.apply(.requested(.cancel([train.id, predict.id])))
    #expect(answer.events == [.cancelled(train.id), .cancelled(predict.id)])
    #expect(office.state(of: predict) == .discarded)
    #expect(office.state.counts.unsettled == 0)
    #expect(office.apply(.requested(.cancel([train.id]))).events.isEmpty)
  }

  @Test func whenAllIsCancelledTheRunEnds() {
    var office = Office([train, predict, ExampleJobs.solve(3)])
    office.join("a")
    office.apply(.requested(.cancelAll))
    #expect(!office.state.isConcluded)
    office.hear(.released(train.attempt(1)), from: "a")
    #expect(office.state.counts.discarded == 3)
    #expect(office.hear(.leave, from: "a").contains(.conclude))
  }

  @Test func aRetriedJobGoesOnWithTheNextNumber() {
    var office = Office([train, predict, ExampleJobs.solve(3)])
    office.join("a")
    office.hear(.checkpoint(train.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
    let failure = JobFailure(message: "no", isTransient: false)
    office.hear(.failed(train.attempt(1), failure), from: "a")
    #expect(office.state.counts.discarded == 2)
    let answer = office.apply(.requested(.retry([predict.id])))
    #expect(answer.events.map(\.requeuedJob) == [train.id, predict.id])
    #expect(office.state(of: predict) == .waiting)
    #expect(office.state.status(of: train.id)?.failures == 0)
    let lease = office.join("b").leases(to: "b").first
    #expect(lease?.attempt == train.attempt(2))
    #expect(lease?.checkpoint == nil)
  }

  @Test func aCancelledJobIsRetriedFromItsCheckpoint() {
    let job = ExampleJobs.solve(1)
    var office = Office([job, ExampleJobs.solve(2)])
    office.join("a")
    office.apply(.requested(.cancel([job.id])))
    office.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(7)), from: "a")
    office.hear(.released(job.attempt(1)), from: "a")
    office.apply(.requested(.retryAll))
    let lease = office.join("b").leases(to: "b").first
    #expect(lease?.attempt == job.attempt(2))
    #expect(lease?.checkpoint == ExampleJobs.checkpoint(7))
  }

  /// The training has not come to rest when its prediction is wanted again.
  @Test(arguments: [false, true]) func whatStopsForACancellationIsRetriedWithItsDependent(
    isAll: Bool
  ) {
    var office = Office([train, predict])
    office.join("a")
    office.apply(.requested(.cancel([train.id])))
    let answer = office.apply(.requested(isAll ? .retryAll : .retry([predict.id])))
    #expect(answer.events.map(\.requeuedJob) == [train.id, predict.id])
    office.hear(.checkpoint(train.attempt(1), ExampleJobs.checkpoint(7)), from: "a")
    let lease = office.hear(.released(train.attempt(1)), from: "a").leases(to: "a").first
    #expect(lease?.attempt == train.attempt(2))
    #expect(lease?.checkpoint == ExampleJobs.checkpoint(7))
    let last = office.hear(
      .finished(train.attempt(2), ExampleJobs.result(of: train.job)), from: "a")
    #expect(last.leases(to: "a").map(\.attempt) == [predict.attempt(1)])
  }

  @Test(arguments: [false, true]) func whatWaitsForACancelledTrainingIsDiscardedWhenThatEnds(
    isLost: Bool
  ) {
    var office = Office([train])
    office.join("a")
    office.apply(.requested(.cancel([train.id])))
    office.apply(.submitted([train, predict]))
    #expect(office.state(of: predict) == .waiting)
    if isLost { office.lose("a") } else { office.hear(.released(train.attempt(1)), from: "a") }
    #expect(office.state(of: train) == .discarded)
    #expect(office.state(of: predict) == .discarded)
    #expect(office.state.counts.unsettled == 0)
  }

  @Test func aJobThatIsNamedWithItsTrainingAtRestIsRetriedOnce() {
    var office = Office([train, predict])
    office.join("a")
    let failure = JobFailure(message: "no", isTransient: false)
    office.hear(.failed(train.attempt(1), failure), from: "a")
    var stopped = CoordinatorState(
      resuming: JobLedger(folding: office.journal), settings: CoordinatorSettings())
    let answer = stopped.apply(.requested(.retry([predict.id, train.id])), at: .origin)
    #expect(answer.events.map(\.requeuedJob) == [train.id, predict.id])
    #expect(
      answer.dropFirst() == [.notify(.requeued(train.id)), .notify(.requeued(predict.id))])
  }

  @Test func aRetryWrittenWhileNothingRunsIsFoundByTheNextRun() {
    let job = ExampleJobs.solve(1)
    var office = Office([job])
    office.join("a")
    office.hear(.failed(job.attempt(1), JobFailure(message: "", isTransient: false)), from: "a")
    var stopped = CoordinatorState(
      resuming: JobLedger(folding: office.journal), settings: CoordinatorSettings())
    office.journal += stopped.apply(.requested(.retryAll), at: .origin).events
    _ = office.restart([job])
    #expect(office.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
  }

  @Test func aResultThatWasLostIsComputedAgainAndItsDependentsWait() {
    var office = Office([train, predict])
    office.join("a")
    office.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
    office.journal.append(.released(predict.attempt(1), by: WorkerID("a")))
    office.journal.append(.requeued(train.id, reason: "its weights are damaged"))
    _ = office.restart([train, predict])
    #expect(office.state(of: predict) == .waiting)
    #expect(office.join("b").leases(to: "b").map(\.attempt) == [train.attempt(2)])
    office.hear(.finished(train.attempt(2), ExampleJobs.result(of: train.job)), from: "b")
    #expect(office.state(of: predict) == .running)
  }

  @Test func aDrainedWorkerHandsOverAndGetsNothingMore() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
    var office = Office(jobs)
    office.join("a")
    let answer = office.apply(.requested(.drain(WorkerID("a"))))
    #expect(answer.messages(to: "a") == [.dismiss])
    #expect(office.hear(.released(jobs[0].attempt(1)), from: "a").leases(to: "a").isEmpty)
    #expect(office.hear(.heartbeat, from: "a").messages(to: "a") == [.dismiss])
    #expect(!office.state.isConcluded)
    let declined = office.apply(.requested(.drain(WorkerID("nobody"))))
    #expect(declined == [.notify(.declined(reason: "no worker nobody is here"))])
  }

  @Test func aClosingCoordinatorEndsWhenWhatRunsHasEnded() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2), ExampleJobs.solve(3)]
    var office = Office(jobs)
    office.join("a")
    office.apply(.received(.leave, from: WorkerID("idle")))
    let answer = office.apply(.requested(.close))
    #expect(answer == [.notify(.closing(running: 1))])
    #expect(office.join("late").messages(to: "late").last == .dismiss)
    office.hear(.leave, from: "late")
    let rejoined = office.join("a", holding: [jobs[0].attempt(1)])
    #expect(!rejoined.messages(to: "a").contains(.dismiss))
    let last = office.hear(
      .finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
    #expect(last.messages(to: "a") == [.acknowledged(jobs[0].attempt(1)), .dismiss])
    #expect(office.hear(.leave, from: "a").contains(.conclude))
    #expect(office.state.counts.ready == 2)
  }

  @Test func aWorkerThatIsToldToStopGivesTheAttemptBackAndGoesOn() {
    var worker = WorkerState(
      description: WorkerDescription(host: "node", process: 1, credit: 2, fingerprint: [:]),
      settings: WorkerSettings())
    _ = worker.apply(.tick, at: .origin)
    _ = worker.apply(
      .received(.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))), at: .origin)
    let leases = [ExampleJobs.solve(1), ExampleJobs.solve(2)].map { planned in
      Lease(
        attempt: planned.attempt(1), job: planned.job, label: "", checkpoint: nil, weights: nil)
    }
    for lease in leases {
      _ = worker.apply(.received(.lease(lease)), at: .origin + .seconds(1))
      _ = worker.apply(.fetched(lease.attempt), at: .origin + .seconds(1))
    }
    let (running, waiting) = (leases[0].attempt, leases[1].attempt)
    #expect(
      worker.apply(.received(.stop(waiting)), at: .origin + .seconds(2)) == [
        .stop(waiting, checkpoint: true)
      ])
    #expect(
      worker.apply(.stopped(waiting), at: .origin + .seconds(2)) == [.send(.released(waiting))])
    #expect(
      worker.apply(.received(.stop(running)), at: .origin + .seconds(2)) == [
        .stop(running, checkpoint: true)
      ])
    #expect(
      worker.apply(.stopped(running), at: .origin + .seconds(3)) == [.send(.released(running))])
    #expect(worker.held.isEmpty)
    #expect(!worker.apply(.tick, at: .origin + .seconds(4)).contains(.exit(status: 0)))
  }
}

extension JournalEvent {
  fileprivate var requeuedJob: JobID? {
    if case .requeued(let id, _) = self { id } else { nil }
  }
}
