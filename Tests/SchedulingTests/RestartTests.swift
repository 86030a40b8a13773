import Jobs
import Scheduling
import Testing

@Test("after a restart a worker keeps the attempts that it holds") func keepsAttempts() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a")
  _ = coordinator.restart(jobs)
  #expect(coordinator.hear(.heartbeat, from: "a").messages(to: "a") == [.rejoin])
  let answer = coordinator.join("a", holding: [jobs[0].attempt(1)])
  #expect(
    answer.messages(to: "a") == [.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))])
  coordinator.wait(.seconds(20), beating: ["a"])
  coordinator.hear(.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  #expect(coordinator.state(of: jobs[0]) == .done)
  #expect(coordinator.state.status(of: jobs[0].id)?.completion?.attempt.number == 1)
}

@Test("after a restart an attempt whose worker stays away is leased anew")
func releasesDetachedAttempt() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a")
  coordinator.hear(.checkpoint(jobs[0].attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  _ = coordinator.restart(jobs)
  #expect(coordinator.join("b", credit: 2).leases(to: "b").map(\.attempt) == [jobs[1].attempt(1)])
  let lease = coordinator.wait(.seconds(10), beating: ["b"]).leases(to: "b").first
  #expect(lease?.attempt == jobs[0].attempt(2))
  #expect(lease?.checkpoint == ExampleJobs.checkpoint(25))
  #expect(coordinator.state.status(of: jobs[0].id)?.losses == 0)
  let back = coordinator.join("a", holding: [jobs[0].attempt(1)])
  #expect(back.messages(to: "a").contains(.revoke(jobs[0].attempt(1))))
}

@Test("after a restart an attempt that its worker has dropped is leased at once")
func releasesDroppedAttempt() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  _ = coordinator.restart([job])
  #expect(coordinator.join("a").leases(to: "a").map(\.attempt) == [job.attempt(2)])
}

@Test("after a restart a known result is acknowledged") func acknowledgesKnownResult() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a")
  coordinator.hear(.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  _ = coordinator.restart(jobs)
  let answer = coordinator.join("a", holding: [jobs[0].attempt(1), jobs[1].attempt(1)])
  #expect(answer.messages(to: "a").contains(.acknowledged(jobs[0].attempt(1))))
}

extension CoordinatorHarness {
  /// Creates a coordinator after a restart that found the weights lost with which a worker was predicting.
  fileprivate init(
    restartedWithoutWeightsOf train: PlannedJob, whilePredicting predict: PlannedJob
  ) {
    self.init([train, predict])
    join("a")
    hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
    #expect(state(of: predict) == .running)
    journal.append(.requeued(train.id, reason: "its weights are damaged"))
    _ = restart([train, predict])
  }
}

/// The weights were lost while a worker that stays away held the prediction.
@Test("after a restart a prediction waits for a training that is computed again")
func waitsForRepeatedTraining() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  var coordinator = CoordinatorHarness(restartedWithoutWeightsOf: train, whilePredicting: predict)
  #expect(coordinator.join("b").leases(to: "b").map(\.attempt) == [train.attempt(2)])
  coordinator.wait(.seconds(11), beating: ["b"])
  #expect(coordinator.state(of: predict) == .waiting)
  let last = coordinator.hear(
    .finished(train.attempt(2), ExampleJobs.result(of: train.job)), from: "b")
  #expect(last.leases(to: "b").map(\.attempt) == [predict.attempt(2)])
  #expect(last.leases(to: "b").first?.weights != nil)
}

/// The training is repeated without success while its prediction runs.
@Test("a prediction that comes back is discarded if its training was discarded meanwhile")
func discardsReturningPrediction() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  var coordinator = CoordinatorHarness(restartedWithoutWeightsOf: train, whilePredicting: predict)
  coordinator.join("a", holding: [predict.attempt(1)])
  coordinator.join("b")
  coordinator.hear(
    .failed(train.attempt(2), JobFailure(message: "no", isTransient: false)), from: "b")
  #expect(coordinator.state(of: predict) == .running)
  coordinator.hear(.released(predict.attempt(1)), from: "a")
  #expect(coordinator.state(of: predict) == .discarded)
}

@Test("a job that is done is not computed again") func keepsResults() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  var coordinator = CoordinatorHarness([train])
  coordinator.join("a")
  coordinator.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
  #expect(coordinator.restart([train]).contains(.conclude))
  let more = coordinator.restart([train, predict])
  #expect(!more.contains(.conclude))
  let lease = coordinator.join("b").leases(to: "b").first
  #expect(lease?.attempt == predict.attempt(1))
  #expect(lease?.weights != nil)
}

@Test("jobs of an earlier configuration are remembered but not run") func remembersEarlierJobs() {
  let old = ExampleJobs.solve(1)
  let new = ExampleJobs.solve(2)
  var coordinator = CoordinatorHarness([old])
  _ = coordinator.restart([new])
  #expect(coordinator.join("a", credit: 5).leases(to: "a").map(\.attempt.job) == [new.id])
  #expect(coordinator.state(of: old) == .notRequested)
  #expect(coordinator.state.counts.total == 1)
}

@Test("a prediction whose training is discarded or missing is discarded")
func discardsPredictionWithoutTraining() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  #expect(CoordinatorHarness([predict]).state(of: predict) == .discarded)
  var coordinator = CoordinatorHarness([train])
  coordinator.join("a")
  coordinator.hear(
    .failed(train.attempt(1), JobFailure(message: "no", isTransient: false)), from: "a")
  _ = coordinator.restart([train, predict])
  #expect(coordinator.state(of: predict) == .discarded)
}

@Test("when all jobs are done the workers are dismissed and the run concludes") func concludes() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.join("b")
  let last = coordinator.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(last.messages(to: "a") == [.acknowledged(job.attempt(1)), .dismiss])
  #expect(last.messages(to: "b") == [.dismiss])
  #expect(!last.contains(.conclude))
  #expect(coordinator.hear(.heartbeat, from: "b").messages(to: "b") == [.dismiss])
  #expect(!coordinator.hear(.leave, from: "a").contains(.conclude))
  #expect(coordinator.hear(.leave, from: "b").contains(.conclude))
  #expect(coordinator.state.isConcluded)
  #expect(coordinator.hear(.heartbeat, from: "c").isEmpty)
}

@Test("an interrupted run waits for its workers, but not for ever") func limitsShutdown() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a")
  #expect(coordinator.apply(.interrupted).messages(to: "a") == [.dismiss])
  coordinator.hear(.checkpoint(jobs[0].attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  let released = coordinator.hear(.released(jobs[0].attempt(1)), from: "a")
  #expect(released.leases(to: "a").isEmpty)
  #expect(coordinator.join("late").messages(to: "late").last == .dismiss)
  coordinator.hear(.leave, from: "a")
  #expect(!coordinator.state.isConcluded)
  #expect(coordinator.wait(.seconds(31), beating: ["late"]).last == .conclude)
  _ = coordinator.restart(jobs)
  #expect(coordinator.join("b").leases(to: "b").first?.checkpoint == ExampleJobs.checkpoint(25))
}

@Test("a second interruption ends the run at once") func endsAtOnce() {
  var coordinator = CoordinatorHarness([ExampleJobs.solve(1)])
  coordinator.join("a")
  coordinator.apply(.interrupted)
  #expect(coordinator.apply(.interrupted).contains(.conclude))
}

@Test("an experiment without jobs concludes") func concludesWithoutJobs() {
  var state = CoordinatorState(settings: CoordinatorSettings())
  #expect(state.apply(.tick, at: .origin).isEmpty)
  #expect(state.apply(.submitted([]), at: .origin) == [.conclude])
}
