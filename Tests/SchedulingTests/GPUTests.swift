import Jobs
import Scheduling
import Testing

@Suite struct GPUTests {
  private let oneGPU = ["cuda": "NVIDIA H100"]
  private let twoGPUs = ["cuda": "NVIDIA H100, NVIDIA H100"]

  private func wants(_ directives: [CoordinatorDirective]) -> [Int] {
    directives.compactMap { if case .notify(.missingGPUs(let gpus)) = $0 { gpus } else { nil } }
  }

  @Test("a job for a GPU waits for a worker that has one, and the user is told once")
  func waitsForGPU() {
    let plain = ExampleJobs.solve(1)
    let gpu = ExampleJobs.train(2, on: CUDADevice("cuda"))
    var coordinator = CoordinatorHarness([gpu, plain])
    let first = coordinator.join("a", credit: 3)
    #expect(first.leases(to: "a").map(\.attempt) == [plain.attempt(1)])
    #expect(wants(first) == [1])
    #expect(wants(coordinator.wait(.seconds(5), beating: ["a"])).isEmpty)
    #expect(wants(coordinator.join("b", credit: 3)).isEmpty)
    let last = coordinator.join("c", fingerprint: oneGPU)
    #expect(last.leases(to: "c").map(\.attempt) == [gpu.attempt(1)])
    #expect(wants(coordinator.lose("c")) == [1], "it waits again, and nobody has said so since")
    #expect(coordinator.state(of: gpu) == .ready)
  }

  @Test("a job for the second GPU goes to a worker with two") func requiresSecondGPU() {
    let job = ExampleJobs.train(1, on: CUDADevice("cuda:1"))
    var coordinator = CoordinatorHarness([job])
    #expect(wants(coordinator.join("a", fingerprint: oneGPU)) == [2])
    #expect(coordinator.state(of: job) == .ready)
    #expect(
      coordinator.join("b", fingerprint: twoGPUs).leases(to: "b").map(\.attempt) == [job.attempt(1)]
    )
  }

  @Test("a worker with a GPU gets the jobs that need one first, and then any other")
  func prefersJobsForGPU() {
    let jobs = [
      ExampleJobs.solve(1), ExampleJobs.solve(2), ExampleJobs.train(3, on: CUDADevice("cuda")),
    ]
    var coordinator = CoordinatorHarness(jobs)
    let handed = coordinator.join("a", credit: 2, fingerprint: oneGPU).leases(to: "a").map(
      \.attempt)
    #expect(handed == [jobs[2].attempt(1), jobs[0].attempt(1)])
  }

  @Test("among equally loaded workers the one without a GPU gets jobs for the processor")
  func sparesGPUWorker() {
    // Something that nobody here can do keeps the workers.
    var coordinator = CoordinatorHarness([ExampleJobs.train(8, on: CUDADevice("cuda:1"))])
    coordinator.join("GPU", credit: 1, fingerprint: oneGPU)
    coordinator.join("plain", credit: 1)
    let jobs = [ExampleJobs.solve(1), ExampleJobs.train(2, on: CUDADevice("cuda"))]
    let handed = coordinator.apply(.submitted(jobs))
    #expect(handed.leases(to: "plain").map(\.attempt) == [jobs[0].attempt(1)])
    #expect(handed.leases(to: "GPU").map(\.attempt) == [jobs[1].attempt(1)])
  }

  @Test("without waiting for a GPU any worker gets the job, unless one with a GPU is there")
  func leasesWithoutGPU() {
    let jobs = [
      ExampleJobs.train(1, on: CUDADevice("cuda")), ExampleJobs.train(2, on: CUDADevice("cuda")),
    ]
    var settings = CoordinatorSettings()
    settings.waitsForGPU = false
    var coordinator = CoordinatorHarness(jobs, settings: settings)
    #expect(coordinator.join("plain").leases(to: "plain").map(\.attempt) == [jobs[0].attempt(1)])
    coordinator = CoordinatorHarness(jobs, settings: settings)
    coordinator.join("GPU", fingerprint: oneGPU)
    #expect(coordinator.join("plain").leases(to: "plain").isEmpty)
  }
}
