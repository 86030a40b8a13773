import Jobs
import Scheduling
import TestSupport
import Testing

@Test("jobs are leased in plan order and within the workers' credit") func followsPlanAndCredit() {
  let jobs = (1...5).map(ExampleJobs.solve)
  var coordinator = CoordinatorHarness(jobs)
  #expect(
    coordinator.join("a", credit: 2).leases(to: "a").map(\.attempt.job) == jobs[..<2].map(\.id))
  let next = coordinator.hear(
    .finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  #expect(next.leases(to: "a").map(\.attempt) == [jobs[2].attempt(1)])
  #expect(next.messages(to: "a").first == .acknowledged(jobs[0].attempt(1)))
}

@Test("the worker with the fewest leases is served first") func balancesLoad() {
  let jobs = (1...5).map(ExampleJobs.solve)
  var coordinator = CoordinatorHarness([ExampleJobs.solve(9)])
  coordinator.join("a", credit: 3)
  coordinator.join("b", credit: 3)
  let handed = coordinator.apply(.submitted(jobs))
  #expect(handed.leases(to: "a").count == 2)
  #expect(handed.leases(to: "b").count == 3)
  #expect(handed.leases(to: "b").first?.attempt == jobs[0].attempt(1))
}

@Test("a prediction waits for its training and gets its weights") func passesWeights() {
  let train = ExampleJobs.train(1)
  let predict = ExampleJobs.predict(2, after: train)
  var coordinator = CoordinatorHarness([train, predict])
  #expect(coordinator.join("a", credit: 2).leases(to: "a").map(\.attempt) == [train.attempt(1)])
  #expect(coordinator.state(of: predict) == .waiting)
  let result = ExampleJobs.result(of: train.job)
  let lease = coordinator.hear(.finished(train.attempt(1), result), from: "a").leases(to: "a").first
  #expect(lease?.attempt == predict.attempt(1))
  #expect(lease?.weights == result.outputs[0].blob)
}

@Test("jobs that were leased before come first") func prefersEarlierJobs() {
  let jobs = (1...4).map(ExampleJobs.solve)
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a", credit: 2)
  let failure = JobFailure(message: "out of memory", isTransient: true)
  let retry = coordinator.hear(.failed(jobs[1].attempt(1), failure), from: "a")
  #expect(retry.leases(to: "a").map(\.attempt) == [jobs[1].attempt(2)])
  coordinator.lose("a")
  #expect(
    coordinator.join("b", credit: 3).leases(to: "b").map(\.attempt)
      == [jobs[0].attempt(2), jobs[1].attempt(3), jobs[2].attempt(1)])
}

@Test("events are recorded before any message is sent") func recordsBeforeSending() {
  let jobs = (1...3).map(ExampleJobs.solve)
  var coordinator = CoordinatorHarness(jobs)
  let answers = [
    coordinator.join("a"),
    coordinator.hear(.finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a"),
    coordinator.lose("a"),
  ]
  for directives in answers {
    guard case .record = directives.first else {
      Issue.record("not recorded first: \(directives)")
      continue
    }
    #expect(directives.filter { if case .record = $0 { true } else { false } }.count == 1)
  }
}

@Test("the fold of the journal equals the state") func foldEqualsState() {
  let train = ExampleJobs.train(1)
  let jobs = [train, ExampleJobs.predict(2, after: train)] + (3...6).map(ExampleJobs.solve)
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a", credit: 2)
  coordinator.hear(.checkpoint(train.attempt(1), ExampleJobs.checkpoint(25)), from: "a")
  coordinator.hear(
    .failed(jobs[2].attempt(1), JobFailure(message: "no", isTransient: false)), from: "a")
  coordinator.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
  var restored = CoordinatorState(
    resuming: JobLedger(folding: coordinator.journal), settings: CoordinatorSettings())
  _ = restored.apply(.submitted(jobs), at: .origin)
  #expect(restored.jobs == coordinator.state.jobs)
  #expect(restored.counts == coordinator.state.counts)
}

@Test("counts and workload follow the jobs") func updatesCounts() {
  let train = ExampleJobs.train(1)
  let jobs = [train, ExampleJobs.predict(2, after: train), ExampleJobs.solve(3)]
  var coordinator = CoordinatorHarness(jobs)
  #expect(coordinator.state.counts.waiting == 1)
  #expect(coordinator.state.counts.ready == 2)
  #expect(coordinator.state.workload.remainingCost == 11)
  coordinator.join("a")
  coordinator.hear(
    .progress(train.attempt(1), JobProgress(step: 3, total: 9, metrics: [:])), from: "a")
  #expect(coordinator.state.running.map(\.attempt) == [train.attempt(1)])
  #expect(coordinator.state.running.first?.progress?.step == 3)
  #expect(coordinator.state.workers.map(\.leases) == [1])
  coordinator.hear(.finished(train.attempt(1), ExampleJobs.result(of: train.job)), from: "a")
  #expect(coordinator.state.counts.done == 1)
  #expect(coordinator.state.counts.running == 1)
  #expect(coordinator.state.workload.remainingCost == 2)
  #expect(coordinator.state.workload.finishedSeconds == 2)
}

@Test("a hundred thousand jobs are leased without effort") func scales() {
  var coordinator = CoordinatorHarness((0..<100_000).map(ExampleJobs.solve))
  let result = ExampleJobs.result(of: ExampleJobs.solve(0).job)
  var open = coordinator.join("a", credit: 16).leases(to: "a").map(\.attempt)
  let time = ContinuousClock().measure {
    while let attempt = open.popLast() {
      let answers = coordinator.state.apply(
        .received(.finished(attempt, result), from: WorkerID("a")), at: .origin)
      open += answers.leases(to: "a").map(\.attempt)
    }
  }
  print("scheduling: 100,000 jobs finished and handed out in \(time)")
  #expect(coordinator.state.counts.done == 100_000)
  #expect(time < .seconds(20))
}

@Test("jobs with portable numerics go to portable workers only") func requiresPortableWorkers() {
  var job = ExampleJobs.solve(1).job
  job.edit { $0.numerics.mode = .portable }
  let planned = PlannedJob(job: job, dataset: "set", cases: ["1"], cost: 1)
  var coordinator = CoordinatorHarness([planned])
  let answer = coordinator.join("a", fingerprint: ["mode": "native"])
  #expect(answer.leases(to: "a").isEmpty)
  #expect(
    answer.messages(to: "a").contains {
      if case .refused(let reason) = $0 { reason.contains("--numerics portable") } else { false }
    })
  #expect(
    coordinator.join("b", fingerprint: ["mode": "portable"]).leases(to: "b").map(\.attempt)
      == [planned.attempt(1)])
}

@Test("a worker with another fingerprint is reported but welcome") func reportsOtherFingerprint() {
  var coordinator = CoordinatorHarness((1...3).map(ExampleJobs.solve))
  coordinator.join("a", fingerprint: ["libtorch": "2.15.0", "probe": "aa"])
  let same = coordinator.join("b", fingerprint: ["libtorch": "2.15.0", "probe": "aa"])
  let other = coordinator.join(
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
