import Jobs
import Scheduling
import Testing

@Suite struct CardTests {
  private let oneGPU = ["cuda": "NVIDIA H100"]
  private let twoGPUs = ["cuda": "NVIDIA H100, NVIDIA H100"]

  private func wants(_ directives: [CoordinatorDirective]) -> [Int] {
    directives.compactMap { if case .notify(.missingGPUs(let gpus)) = $0 { gpus } else { nil } }
  }

  @Test func aJobForAGPUWaitsForAWorkerThatHasOneAndTheUserIsToldOnce() {
    let (plain, gpu) = (ExampleJobs.solve(1), ExampleJobs.train(2, on: CUDADevice("cuda")))
    var office = Office([gpu, plain])
    let first = office.join("a", credit: 3)
    #expect(first.leases(to: "a").map(\.attempt) == [plain.attempt(1)])
    #expect(wants(first) == [1])
    #expect(wants(office.wait(5, beating: ["a"])).isEmpty)
    #expect(wants(office.join("b", credit: 3)).isEmpty)
    let last = office.join("c", fingerprint: oneGPU)
    #expect(last.leases(to: "c").map(\.attempt) == [gpu.attempt(1)])
    #expect(wants(office.lose("c")) == [1], "it waits again, and nobody has said so since")
    #expect(office.state(of: gpu) == .ready)
  }

  @Test func theSecondGPUIsOnlyWhereThereAreTwo() {
    let job = ExampleJobs.train(1, on: CUDADevice("cuda:1"))
    var office = Office([job])
    #expect(wants(office.join("a", fingerprint: oneGPU)) == [2])
    #expect(office.state(of: job) == .ready)
    #expect(
      office.join("b", fingerprint: twoGPUs).leases(to: "b").map(\.attempt) == [job.attempt(1)])
  }

  @Test func whoHasAGPUIsGivenFirstWhatOnlyItCanDoAndThenAnythingElse() {
    let jobs = [
      ExampleJobs.solve(1), ExampleJobs.solve(2), ExampleJobs.train(3, on: CUDADevice("cuda")),
    ]
    var office = Office(jobs)
    let handed = office.join("a", credit: 2, fingerprint: oneGPU).leases(to: "a").map(\.attempt)
    #expect(handed == [jobs[2].attempt(1), jobs[0].attempt(1)])
  }

  @Test func amongEquallyLadenWorkersTheOneWithoutAGPUIsKeptBusyFirst() {
    // Something that nobody here can do keeps the workers.
    var office = Office([ExampleJobs.train(8, on: CUDADevice("cuda:1"))])
    office.join("GPU", credit: 1, fingerprint: oneGPU)
    office.join("plain", credit: 1)
    let jobs = [ExampleJobs.solve(1), ExampleJobs.train(2, on: CUDADevice("cuda"))]
    let handed = office.apply(.submitted(jobs))
    #expect(handed.leases(to: "plain").map(\.attempt) == [jobs[0].attempt(1)])
    #expect(handed.leases(to: "GPU").map(\.attempt) == [jobs[1].attempt(1)])
  }

  @Test func whereNobodyIsWaitedForAnybodyIsGivenTheJobButNotBesideOneWhoCanDoIt() {
    let jobs = [
      ExampleJobs.train(1, on: CUDADevice("cuda")), ExampleJobs.train(2, on: CUDADevice("cuda")),
    ]
    var settings = CoordinatorSettings()
    settings.waitsForGPU = false
    var office = Office(jobs, settings: settings)
    #expect(office.join("plain").leases(to: "plain").map(\.attempt) == [jobs[0].attempt(1)])
    office = Office(jobs, settings: settings)
    office.join("GPU", fingerprint: oneGPU)
    #expect(office.join("plain").leases(to: "plain").isEmpty)
  }
}
