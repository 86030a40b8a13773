import Jobs
import Scheduling
import TestSupport
import Testing

@Test func jobsAreHandedOutInPlanOrderAndOnlyAsManyAsThereIsCredit() {
  let jobs = (1...5).map(ExampleJobs.solve)
  var office = Office(jobs)
  #expect(
    office.join("a", credit: 2).leases(to: "a").map(\.attempt.job) == jobs[..<2].map(\.id))
  let next = office.hear(
    .finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  #expect(next.leases(to: "a").map(\.attempt) == [jobs[2].attempt(1)])
  #expect(next.messages(to: "a").first == .acknowledged(jobs[0].attempt(1)))
}

@Test func theLeastLadenWorkerIsServedFirst() {
  let jobs = (1...5).map(ExampleJobs.solve)
  var office = Office([ExampleJobs.solve(9)])
  office.join("a", credit: 3)
  office.join("b", credit: 3)
  let handed = office.apply(.submitted(jobs))
  #expect(handed.leases(to: "a").count == 2)
  #expect(handed.leases(to: "b").count == 3)
  #expect(handed.leases(to: "b").first?.attempt == jobs[0].attempt(1))
}

@Test func aPredictionWaitsForItsTrainingAndGetsItsWeights() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  var office = Office([train, predict])
  #expect(office.join("a", credit: 2).leases(to: "a").map(\.attempt) == [train.attempt(1)])
  #expect(office.state(of: predict) == .waiting)
  let result = ExampleJobs.result(of: train.job)
  let lease = office.hear(.finished(train.attempt(1), result), from: "a").leases(to: "a").first
  #expect(lease?.attempt == predict.attempt(1))
  #expect(lease?.weights == result.outputs[0].blob)
}

@Test func whatWasHandedOutBeforeComesFirst() {
  let jobs = (1...4).map(ExampleJobs.solve)
  var office = Office(jobs)
  office.join("a", credit: 2)
  let failure = JobFailure(message: "out of memory", isTransient: true)
  let retry = office.hear(.failed(jobs[1].attempt(1), failure), from: "a")
  #expect(retry.leases(to: "a").map(\.attempt) == [jobs[1].attempt(2)])
  office.lose("a")
  #expect(
    office.join("b", credit: 3).leases(to: "b").map(\.attempt)
      == [jobs[0].attempt(2), jobs[1].attempt(3), jobs[2].attempt(1)])
}

@Test func factsAreRecordedBeforeAnythingIsSaid() {
  let jobs = (1...3).map(ExampleJobs.solve)
  var office = Office(jobs)
  let answers = [
    office.join("a"),
    office.hear(.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a"),
    office.lose("a"),
  ]
  for directives in answers {
    guard case .record = directives.first else {
      Issue.record("not recorded first: \(directives)")
      continue
    }
    #expect(directives.filter { if case .record = $0 { true } else { false } }.count == 1)
  }
}

@Test func theJournalsFoldIsTheState() {
  let train = ExampleJobs.train(1)
  let jobs = [train, ExampleJobs.predict(2, after: train)] + (3...6).map(ExampleJobs.solve)
  var office = Office(jobs)
  office.join("a", credit: 2)
  office.hear(.checkpoint(train.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  office.hear(
    .failed(jobs[2].attempt(1), JobFailure(message: "no", isTransient: false)), from: "a")
  office.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
  var restored = CoordinatorState(
    resuming: JobLedger(folding: office.journal), settings: CoordinatorSettings())
  _ = restored.apply(.submitted(jobs), at: .origin)
  #expect(restored.jobs == office.state.jobs)
  #expect(restored.counts == office.state.counts)
}

@Test func countsAndWorkloadFollowTheJobs() {
  let train = ExampleJobs.train(1)
  let jobs = [train, ExampleJobs.predict(2, after: train), ExampleJobs.solve(3)]
  var office = Office(jobs)
  #expect(office.state.counts.waiting == 1)
  #expect(office.state.counts.ready == 2)
  #expect(office.state.workload.remainingCost == 11)
  office.join("a")
  office.hear(
    .progress(train.attempt(1), JobProgress(step: 3, total: 9, metrics: [:])), from: "a")
  #expect(office.state.running.map(\.attempt) == [train.attempt(1)])
  #expect(office.state.running.first?.progress?.step == 3)
  #expect(office.state.workers.map(\.leases) == [1])
  office.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
  #expect(office.state.counts.done == 1)
  #expect(office.state.counts.running == 1)
  #expect(office.state.workload.remainingCost == 2)
  #expect(office.state.workload.finishedSeconds == 2)
}

@Test func aHundredThousandJobsAreHandedOutWithoutEffort() {
  var office = Office((0..<100_000).map(ExampleJobs.solve))
  let result = ExampleJobs.result(of: ExampleJobs.solve(0).job)
  var open = office.join("a", credit: 16).leases(to: "a").map(\.attempt)
  let time = ContinuousClock().measure {
    while let attempt = open.popLast() {
      let answers = office.state.apply(
        .received(.finished(attempt, result), from: WorkerID("a")), at: .origin)
      open += answers.leases(to: "a").map(\.attempt)
    }
  }
  print("scheduling: 100,000 jobs finished and handed out in \(time)")
  #expect(office.state.counts.done == 100_000)
  #expect(time < .seconds(20))
}

@Test func portableJobsGoToPortableWorkersOnly() {
  var job = ExampleJobs.solve(1).job
  job.edit { $0.numerics.mode = .portable }
  let planned = PlannedJob(job: job, dataset: "set", cases: ["1"], cost: 1)
  var office = Office([planned])
  let answer = office.join("a", fingerprint: ["mode": "native"])
  #expect(answer.leases(to: "a").isEmpty)
  #expect(
    answer.messages(to: "a").contains {
      if case .refused(let reason) = $0 { reason.contains("--numerics portable") } else { false }
    })
  #expect(
    office.join("b", fingerprint: ["mode": "portable"]).leases(to: "b").map(\.attempt)
      == [planned.attempt(1)])
}

@Test func otherBitsAreAnnouncedButWelcome() {
  var office = Office((1...3).map(ExampleJobs.solve))
  office.join("a", fingerprint: ["libtorch": "2.15.0", "probe": "aa"])
  let same = office.join("b", fingerprint: ["libtorch": "2.15.0", "probe": "aa"])
  let other = office.join(
    "c", fingerprint: ["libtorch": "2.15.0", "probe": "bb", "mode": "native"])
  func differences(_ directives: [CoordinatorDirective]) -> [UserNotification] {
    directives.compactMap { directive in
      if case .notify(let notification) = directive, case .numericsDiffer = notification {
        notification
      } else {
        nil
      }
    }
  }
  #expect(differences(same).isEmpty)
  #expect(
    differences(other)
      == [.numericsDiffer(WorkerID("c"), from: WorkerID("a"), in: ["mode", "probe"])])
  #expect(other.leases(to: "c").count == 1)
}
