import Jobs
import Scheduling
import Testing

/// Tests the requests of a user to a running coordinator, and which of them survive a restart.
@Suite struct RequestTests {
  private let train = ExampleJobs.train(1)
  private var predict: PlannedJob { ExampleJobs.predict(2, after: train) }

  @Test("a cancelled running job stops after a checkpoint and stays stopped")
  func cancelsRunningJob() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
    var coordinator = CoordinatorHarness(jobs)
    coordinator.join("a")
    let answer = coordinator.apply(.requested(.cancel([jobs[0].id])))
    #expect(answer.events == [.cancelled(jobs[0].id)])
    #expect(answer.messages(to: "a") == [.stop(jobs[0].attempt(1))])
    #expect(answer.contains(.notify(.cancelled(jobs[0].id, isStopping: true))))
    #expect(coordinator.state(of: jobs[0]) == .running)
    coordinator.hear(.checkpoint(jobs[0].attempt(1), ExampleJobs.checkpoint(7)), from: "a")
    let released = coordinator.hear(.released(jobs[0].attempt(1)), from: "a")
    #expect(coordinator.state(of: jobs[0]) == .discarded)
    #expect(coordinator.state.status(of: jobs[0].id)?.reason == JobStatus.cancellation)
    #expect(released.leases(to: "a").map(\.attempt) == [jobs[1].attempt(1)])
    _ = coordinator.restart(jobs)
    #expect(coordinator.state(of: jobs[0]) == .discarded)
  }

  @Test("a cancellation survives a restart of the coordinator") func cancellationSurvivesRestart() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
    var coordinator = CoordinatorHarness(jobs)
    coordinator.join("a")
    coordinator.apply(.requested(.cancel([jobs[0].id])))
    _ = coordinator.restart(jobs)
    let back = coordinator.join("a", holding: [jobs[0].attempt(1)])
    #expect(back.messages(to: "a").contains(.stop(jobs[0].attempt(1))))
    coordinator.hear(.released(jobs[0].attempt(1)), from: "a")
    #expect(coordinator.state(of: jobs[0]) == .discarded)
  }

  @Test("a cancelled job whose worker is lost is not leased again") func discardsCancelledLostJob()
  {
    let job = ExampleJobs.solve(1)
    var coordinator = CoordinatorHarness([job, ExampleJobs.solve(2)])
    coordinator.join("a")
    coordinator.apply(.requested(.cancel([job.id])))
    coordinator.wait(.seconds(11))
    #expect(coordinator.state(of: job) == .discarded)
    #expect(coordinator.join("b").leases(to: "b").map(\.attempt.job) == [ExampleJobs.solve(2).id])
  }

  @Test("a job that finishes before its worker hears of the cancellation is done")
  func acceptsResultOfCancelledJob() {
    let job = ExampleJobs.solve(1)
    var coordinator = CoordinatorHarness([job])
    coordinator.join("a")
    coordinator.apply(.requested(.cancel([job.id])))
    coordinator.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
    #expect(coordinator.state(of: job) == .done)
    #expect(coordinator.state.counts.discarded == 0)
  }

  @Test("jobs that depend on a cancelled job are cancelled with it") func cancelsDependents() {
    var coordinator = CoordinatorHarness([train, predict])
    let answer = coordinator.apply(.requested(.cancel([train.id, predict.id])))
    #expect(answer.events == [.cancelled(train.id), .cancelled(predict.id)])
    #expect(coordinator.state(of: predict) == .discarded)
    #expect(coordinator.state.counts.unsettled == 0)
    #expect(coordinator.apply(.requested(.cancel([train.id]))).events.isEmpty)
  }

  @Test("the run ends when all jobs are cancelled") func endsAfterCancellation() {
    var coordinator = CoordinatorHarness([train, predict, ExampleJobs.solve(3)])
    coordinator.join("a")
    coordinator.apply(.requested(.cancelAll))
    #expect(!coordinator.state.isConcluded)
    coordinator.hear(.released(train.attempt(1)), from: "a")
    #expect(coordinator.state.counts.discarded == 3)
    #expect(coordinator.hear(.leave, from: "a").contains(.conclude))
  }

  @Test("a retried job goes on with the next attempt number") func retryContinuesNumbers() {
    var coordinator = CoordinatorHarness([train, predict, ExampleJobs.solve(3)])
    coordinator.join("a")
    coordinator.hear(.checkpoint(train.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
    let failure = JobFailure(message: "no", isTransient: false)
    coordinator.hear(.failed(train.attempt(1), failure), from: "a")
    #expect(coordinator.state.counts.discarded == 2)
    let answer = coordinator.apply(.requested(.retry([predict.id])))
    #expect(answer.events.map(\.requeuedJob) == [train.id, predict.id])
    #expect(coordinator.state(of: predict) == .waiting)
    #expect(coordinator.state.status(of: train.id)?.failures == 0)
    let lease = coordinator.join("b").leases(to: "b").first
    #expect(lease?.attempt == train.attempt(2))
    #expect(lease?.checkpoint == nil)
  }

  @Test("a cancelled job is retried from its checkpoint") func retriesFromCheckpoint() {
    let job = ExampleJobs.solve(1)
    var coordinator = CoordinatorHarness([job, ExampleJobs.solve(2)])
    coordinator.join("a")
    coordinator.apply(.requested(.cancel([job.id])))
    coordinator.hear(.checkpoint(job.attempt(1), ExampleJobs.checkpoint(7)), from: "a")
    coordinator.hear(.released(job.attempt(1)), from: "a")
    coordinator.apply(.requested(.retryAll))
    let lease = coordinator.join("b").leases(to: "b").first
    #expect(lease?.attempt == job.attempt(2))
    #expect(lease?.checkpoint == ExampleJobs.checkpoint(7))
  }

  /// The training has not stopped yet when its prediction is retried.
  @Test(
    "a job that is stopping for a cancellation is retried with its dependent",
    arguments: [false, true]) func retriesStoppingJob(
      isAll: Bool
    )
  {
    var coordinator = CoordinatorHarness([train, predict])
    coordinator.join("a")
    coordinator.apply(.requested(.cancel([train.id])))
    let answer = coordinator.apply(.requested(isAll ? .retryAll : .retry([predict.id])))
    #expect(answer.events.map(\.requeuedJob) == [train.id, predict.id])
    coordinator.hear(.checkpoint(train.attempt(1), ExampleJobs.checkpoint(7)), from: "a")
    let lease = coordinator.hear(.released(train.attempt(1)), from: "a").leases(to: "a").first
    #expect(lease?.attempt == train.attempt(2))
    #expect(lease?.checkpoint == ExampleJobs.checkpoint(7))
    let last = coordinator.hear(
      .finished(train.attempt(2), ExampleJobs.result(of: train.job)), from: "a")
    #expect(last.leases(to: "a").map(\.attempt) == [predict.attempt(1)])
  }

  @Test("predictions of a cancelled training are discarded when it ends", arguments: [false, true])
  func discardsPredictions(
    isLost: Bool
  ) {
    var coordinator = CoordinatorHarness([train])
    coordinator.join("a")
    coordinator.apply(.requested(.cancel([train.id])))
    coordinator.apply(.submitted([train, predict]))
    #expect(coordinator.state(of: predict) == .waiting)
    if isLost {
      coordinator.lose("a")
    } else {
      coordinator.hear(.released(train.attempt(1)), from: "a")
    }
    #expect(coordinator.state(of: train) == .discarded)
    #expect(coordinator.state(of: predict) == .discarded)
    #expect(coordinator.state.counts.unsettled == 0)
  }

  @Test("a prediction that is named together with its training is retried once") func retriesOnce()
  {
    var coordinator = CoordinatorHarness([train, predict])
    coordinator.join("a")
    let failure = JobFailure(message: "no", isTransient: false)
    coordinator.hear(.failed(train.attempt(1), failure), from: "a")
    var stopped = CoordinatorState(
      resuming: JobLedger(folding: coordinator.journal), settings: CoordinatorSettings())
    let answer = stopped.apply(.requested(.retry([predict.id, train.id])), at: .origin)
    #expect(answer.events.map(\.requeuedJob) == [train.id, predict.id])
    #expect(
      answer.dropFirst() == [.notify(.requeued(train.id)), .notify(.requeued(predict.id))])
  }

  @Test("a retry that was recorded while nothing ran is found by the next run") func retrySurvives()
  {
    let job = ExampleJobs.solve(1)
    var coordinator = CoordinatorHarness([job])
    coordinator.join("a")
    coordinator.hear(
      .failed(job.attempt(1), JobFailure(message: "", isTransient: false)), from: "a")
    var stopped = CoordinatorState(
      resuming: JobLedger(folding: coordinator.journal), settings: CoordinatorSettings())
    coordinator.journal += stopped.apply(.requested(.retryAll), at: .origin).events
    _ = coordinator.restart([job])
    #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [job.attempt(2)])
  }

  @Test("a lost result is computed again while its dependents wait") func recomputesLostResult() {
    var coordinator = CoordinatorHarness([train, predict])
    coordinator.join("a")
    coordinator.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
    coordinator.journal.append(.released(predict.attempt(1), by: WorkerID("a")))
    coordinator.journal.append(.requeued(train.id, reason: "its weights are damaged"))
    _ = coordinator.restart([train, predict])
    #expect(coordinator.state(of: predict) == .waiting)
    #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [train.attempt(2)])
    coordinator.hear(.finished(train.attempt(2), ExampleJobs.result(of: train.job)), from: "b")
    #expect(coordinator.state(of: predict) == .running)
  }

  @Test("a drained worker releases its attempts and gets no more") func drainsWorker() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
    var coordinator = CoordinatorHarness(jobs)
    coordinator.join("a")
    let answer = coordinator.apply(.requested(.drain(WorkerID("a"))))
    #expect(answer.messages(to: "a") == [.dismiss])
    #expect(coordinator.hear(.released(jobs[0].attempt(1)), from: "a").leases(to: "a").isEmpty)
    #expect(coordinator.hear(.heartbeat, from: "a").messages(to: "a") == [.dismiss])
    #expect(!coordinator.state.isConcluded)
    let declined = coordinator.apply(.requested(.drain(WorkerID("nobody"))))
    #expect(declined == [.notify(.declined(reason: "no worker nobody is here"))])
  }

  @Test("a closing coordinator ends when all open attempts have ended") func closes() {
    let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2), ExampleJobs.solve(3)]
    var coordinator = CoordinatorHarness(jobs)
    coordinator.join("a")
    coordinator.apply(.received(.leave, from: WorkerID("idle")))
    let answer = coordinator.apply(.requested(.close))
    #expect(answer == [.notify(.closing(running: 1))])
    #expect(coordinator.join("late").messages(to: "late").last == .dismiss)
    coordinator.hear(.leave, from: "late")
    let rejoined = coordinator.join("a", holding: [jobs[0].attempt(1)])
    #expect(!rejoined.messages(to: "a").contains(.dismiss))
    let last = coordinator.hear(
      .finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
    #expect(last.messages(to: "a") == [.acknowledged(jobs[0].attempt(1)), .dismiss])
    #expect(coordinator.hear(.leave, from: "a").contains(.conclude))
    #expect(coordinator.state.counts.ready == 2)
  }

  @Test("a worker that is told to stop an attempt releases it and goes on") func stopsAttempt() {
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
    let running = leases[0].attempt
    let waiting = leases[1].attempt
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
