import Jobs
import Scheduling
import Testing

@Test func afterARestartAWorkerKeepsWhatItHolds() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var office = Office(jobs)
  office.join("a")
  _ = office.restart(jobs)
  #expect(office.hear(.heartbeat, from: "a").messages(to: "a") == [.rejoin])
  let answer = office.join("a", holding: [jobs[0].attempt(1)])
  #expect(
    answer.messages(to: "a") == [.welcome(LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10)))])
  office.wait(20, beating: ["a"])
  office.hear(.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  #expect(office.state(of: jobs[0]) == .done)
  #expect(office.state.status(of: jobs[0].id)?.completion?.attempt.number == 1)
}

@Test func afterARestartAnAttemptWhoseWorkerStaysAwayIsHandedOutAnew() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var office = Office(jobs)
  office.join("a")
  office.hear(.checkpoint(jobs[0].attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  _ = office.restart(jobs)
  #expect(office.join("b", credit: 2).leases(to: "b").map(\.attempt) == [jobs[1].attempt(1)])
  let lease = office.wait(10, beating: ["b"]).leases(to: "b").first
  #expect(lease?.attempt == jobs[0].attempt(2))
  #expect(lease?.checkpoint == ExampleJobs.checkpoint(25))
  #expect(office.state.status(of: jobs[0].id)?.losses == 0)
  let back = office.join("a", holding: [jobs[0].attempt(1)])
  #expect(back.messages(to: "a").contains(.revoke(jobs[0].attempt(1))))
}

@Test func afterARestartAnAttemptThatItsWorkerDroppedIsHandedOutAtOnce() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  _ = office.restart([job])
  #expect(office.join("a").leases(to: "a").map(\.attempt) == [job.attempt(2)])
}

@Test func afterARestartAnUnacknowledgedResultThatIsKnownIsAcknowledged() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var office = Office(jobs)
  office.join("a")
  office.hear(.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  _ = office.restart(jobs)
  let answer = office.join("a", holding: [jobs[0].attempt(1), jobs[1].attempt(1)])
  #expect(answer.messages(to: "a").contains(.acknowledged(jobs[0].attempt(1))))
}

extension Office {
  /// After a restart that found the weights lost, with which worker a was predicting.
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

/// The weights were lost while the prediction was in the hands of a worker that stays away.
@Test func afterARestartAPredictionWaitsForATrainingThatIsDoneAgain() {
  let (train, predict) = (ExampleJobs.train(1), ExampleJobs.predict(2, after: ExampleJobs.train(1)))
  var office = Office(restartedWithoutWeightsOf: train, whilePredicting: predict)
  #expect(office.join("b").leases(to: "b").map(\.attempt) == [train.attempt(2)])
  office.wait(11, beating: ["b"])
  #expect(office.state(of: predict) == .waiting)
  let last = office.hear(.finished(train.attempt(2), ExampleJobs.result(of: train.job)), from: "b")
  #expect(last.leases(to: "b").map(\.attempt) == [predict.attempt(2)])
  #expect(last.leases(to: "b").first?.weights != nil)
}

/// The training is done again in vain while its prediction runs.
@Test func aPredictionThatComesBackToATrainingThatWasDiscardedIsDiscardedToo() {
  let (train, predict) = (ExampleJobs.train(1), ExampleJobs.predict(2, after: ExampleJobs.train(1)))
  var office = Office(restartedWithoutWeightsOf: train, whilePredicting: predict)
  office.join("a", holding: [predict.attempt(1)])
  office.join("b")
  office.hear(
    .failed(train.attempt(2), JobFailure(message: "no", isTransient: false)), from: "b")
  #expect(office.state(of: predict) == .running)
  office.hear(.released(predict.attempt(1)), from: "a")
  #expect(office.state(of: predict) == .discarded)
}

@Test func whatIsDoneIsNotDoneAgain() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  var office = Office([train])
  office.join("a")
  office.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
  #expect(office.restart([train]).contains(.conclude))
  let more = office.restart([train, predict])
  #expect(!more.contains(.conclude))
  let lease = office.join("b").leases(to: "b").first
  #expect(lease?.attempt == predict.attempt(1))
  #expect(lease?.weights != nil)
}

@Test func jobsOfAnEarlierConfigurationAreRememberedButNotRun() {
  let (old, new) = (ExampleJobs.solve(1), ExampleJobs.solve(2))
  var office = Office([old])
  _ = office.restart([new])
  #expect(office.join("a", credit: 5).leases(to: "a").map(\.attempt.job) == [new.id])
  #expect(office.state(of: old) == .notRequested)
  #expect(office.state.counts.total == 1)
}

@Test func aPredictionOfATrainingThatIsDiscardedOrMissingIsDiscardedToo() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  #expect(Office([predict]).state(of: predict) == .discarded)
  var office = Office([train])
  office.join("a")
  office.hear(
    .failed(train.attempt(1), JobFailure(message: "no", isTransient: false)), from: "a")
  _ = office.restart([train, predict])
  #expect(office.state(of: predict) == .discarded)
}

@Test func whenAllIsDoneTheWorkersAreDismissedAndTheRunConcludes() {
  let job = ExampleJobs.solve(1)
  var office = Office([job])
  office.join("a")
  office.join("b")
  let last = office.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(last.messages(to: "a") == [.acknowledged(job.attempt(1)), .dismiss])
  #expect(last.messages(to: "b") == [.dismiss])
  #expect(!last.contains(.conclude))
  #expect(office.hear(.heartbeat, from: "b").messages(to: "b") == [.dismiss])
  #expect(!office.hear(.leave, from: "a").contains(.conclude))
  #expect(office.hear(.leave, from: "b").contains(.conclude))
  #expect(office.state.isConcluded)
  #expect(office.hear(.heartbeat, from: "c").isEmpty)
}

@Test func anInterruptedRunWaitsForItsWorkersButNotForEver() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var office = Office(jobs)
  office.join("a")
  #expect(office.apply(.interrupted).messages(to: "a") == [.dismiss])
  office.hear(.checkpoint(jobs[0].attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  let released = office.hear(.released(jobs[0].attempt(1)), from: "a")
  #expect(released.leases(to: "a").isEmpty)
  #expect(office.join("late").messages(to: "late").last == .dismiss)
  office.hear(.leave, from: "a")
  #expect(!office.state.isConcluded)
  #expect(office.wait(31, beating: ["late"]).last == .conclude)
  _ = office.restart(jobs)
  #expect(office.join("b").leases(to: "b").first?.checkpoint == ExampleJobs.checkpoint(25))
}

@Test func aSecondInterruptionEndsAtOnce() {
  var office = Office([ExampleJobs.solve(1)])
  office.join("a")
  office.apply(.interrupted)
  #expect(office.apply(.interrupted).contains(.conclude))
}

@Test func anExperimentWithoutJobsConcludes() {
  var state = CoordinatorState(settings: CoordinatorSettings())
  #expect(state.apply(.tick, at: .origin).isEmpty)
  #expect(state.apply(.submitted([]), at: .origin) == [.conclude])
}
