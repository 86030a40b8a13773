import Experiments
import Scheduling
import Testing

@Suite struct CardTests {
  private let oneCard = ["cuda": "NVIDIA H100"]
  private let twoCards = ["cuda": "NVIDIA H100, NVIDIA H100"]

  private func wants(_ directives: [CoordinatorDirective]) -> [Int] {
    directives.compactMap { if case .announce(.wanting(let cards)) = $0 { cards } else { nil } }
  }

  @Test func aJobForACardWaitsForAWorkerThatHasOneAndTheUserIsToldOnce() {
    let (plain, card) = (Jobs.solve(1), Jobs.train(2, on: CUDADevice("cuda")))
    var office = Office([card, plain])
    let first = office.join("a", credit: 3)
    #expect(first.leases(to: "a").map(\.attempt) == [plain.attempt(1)])
    #expect(wants(first) == [1])
    #expect(wants(office.wait(5, beating: ["a"])).isEmpty)
    #expect(wants(office.join("b", credit: 3)).isEmpty)
    let last = office.join("c", fingerprint: oneCard)
    #expect(last.leases(to: "c").map(\.attempt) == [card.attempt(1)])
    #expect(wants(office.lose("c")) == [1], "it waits again, and nobody has said so since")
    #expect(office.standing(card) == .ready)
  }

  @Test func theSecondCardIsOnlyWhereThereAreTwo() {
    let job = Jobs.train(1, on: CUDADevice("cuda:1"))
    var office = Office([job])
    #expect(wants(office.join("a", fingerprint: oneCard)) == [2])
    #expect(office.standing(job) == .ready)
    #expect(
      office.join("b", fingerprint: twoCards).leases(to: "b").map(\.attempt) == [job.attempt(1)])
  }

  @Test func whoHasACardIsGivenFirstWhatOnlyItCanDoAndThenAnythingElse() {
    let jobs = [Jobs.solve(1), Jobs.solve(2), Jobs.train(3, on: CUDADevice("cuda"))]
    var office = Office(jobs)
    let handed = office.join("a", credit: 2, fingerprint: oneCard).leases(to: "a").map(\.attempt)
    #expect(handed == [jobs[2].attempt(1), jobs[0].attempt(1)])
  }

  @Test func amongEquallyLadenWorkersTheOneWithoutACardIsKeptBusyFirst() {
    // Something that nobody here can do keeps the workers.
    var office = Office([Jobs.train(8, on: CUDADevice("cuda:1"))])
    office.join("card", credit: 1, fingerprint: oneCard)
    office.join("plain", credit: 1)
    let jobs = [Jobs.solve(1), Jobs.train(2, on: CUDADevice("cuda"))]
    let handed = office.apply(.submitted(jobs))
    #expect(handed.leases(to: "plain").map(\.attempt) == [jobs[0].attempt(1)])
    #expect(handed.leases(to: "card").map(\.attempt) == [jobs[1].attempt(1)])
  }

  @Test func whereNobodyIsWaitedForAnybodyIsGivenTheJobButNotBesideOneWhoCanDoIt() {
    let jobs = [Jobs.train(1, on: CUDADevice("cuda")), Jobs.train(2, on: CUDADevice("cuda"))]
    var settings = CoordinatorSettings()
    settings.waitsForCards = false
    var office = Office(jobs, settings: settings)
    #expect(office.join("plain").leases(to: "plain").map(\.attempt) == [jobs[0].attempt(1)])
    office = Office(jobs, settings: settings)
    office.join("card", fingerprint: oneCard)
    #expect(office.join("plain").leases(to: "plain").isEmpty)
  }
}
