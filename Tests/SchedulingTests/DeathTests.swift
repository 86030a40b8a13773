import Jobs
import Scheduling
import Testing

private let reason = "its process was ended by signal 9 (SIGKILL)"

@Test("a job whose workers are killed each time is discarded after three, with the way they died")
func discardsAfterThreeDeaths() throws {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  for number in 1...3 {
    #expect(coordinator.state(of: job) == .ready)
    coordinator.join("w\(number)")
    let events = coordinator.kill("w\(number)", reason: reason).events
    #expect(
      events.first == .lost(job.attempt(number), by: WorkerID("w\(number)"), reason: reason))
  }
  #expect(coordinator.state(of: job) == .discarded)
  let text = try #require(coordinator.state.status(of: job.id)?.reason)
  #expect(text.contains("3 workers in a row") && text.contains("(the last: \(reason))"))
}

@Test("a job that gets further each time survives any number of killed workers")
func toleratesDeathsWithProgress() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  for number in 1...30 {
    coordinator.join("w\(number)")
    coordinator.hear(
      .checkpoint(job.attempt(number), ExampleJobs.checkpoint(number)), from: "w\(number)")
    coordinator.kill("w\(number)", reason: reason)
    #expect(coordinator.state(of: job) == .ready)
  }
}

@Test("the losses before a restart count with those after it") func countsAcrossRestart() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  for number in 1...2 {
    coordinator.join("w\(number)")
    coordinator.kill("w\(number)", reason: reason)
  }
  _ = coordinator.restart([job])
  coordinator.join("w3")
  coordinator.kill("w3", reason: reason)
  #expect(coordinator.state(of: job) == .discarded)
}

@Test("the last messages of a worker that died still count") func hearsLastMessages() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  #expect(coordinator.apply(.died(WorkerID("a"), reason: reason)).events.isEmpty)
  coordinator.hear(.finished(job.attempt(1), ExampleJobs.result(of: job.job)), from: "a")
  #expect(coordinator.state(of: job) == .done)
}

@Test("a worker that died gets no lease and is lost within the grace of its last message")
func leasesNothingToTheDead() {
  let jobs = [ExampleJobs.solve(1), ExampleJobs.solve(2)]
  var coordinator = CoordinatorHarness(jobs)
  coordinator.join("a", credit: 1)
  coordinator.apply(.died(WorkerID("a"), reason: reason))
  let last = coordinator.hear(
    .finished(jobs[0].attempt(1), ExampleJobs.result(of: jobs[0].job)), from: "a")
  #expect(last.leases(to: "a").isEmpty)
  coordinator.wait(.seconds(2))
  #expect(coordinator.state.workers.isEmpty)
}

@Test("the death of a worker that has left or never joined changes nothing")
func ignoresUnknownDeath() {
  let job = ExampleJobs.solve(1)
  var coordinator = CoordinatorHarness([job])
  coordinator.join("a")
  coordinator.hear(.leave, from: "a")
  #expect(coordinator.kill("a", reason: reason).events.isEmpty)
  #expect(coordinator.kill("stranger", reason: reason).events.isEmpty)
  #expect(coordinator.state(of: job) == .ready)
}
