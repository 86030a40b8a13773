import Experiments
import Foundation
import Jobs
import Testing

/// One job of each kind, made by the planner from defaults, with its canonical form and its name.
///
/// These texts are a promise: change one and every finished job of every user runs again.
private func plannedJob(_ method: Method, _ kind: JobKind) throws -> Job {
  let small = dataset(train: ["a"], test: ["c"])
  let plan = try Planner.plan(configuration(smallest), datasets: [small])
  return try #require(plan.jobs.first { $0.job.method == method && $0.job.kind == kind }?.job)
}

@Test(arguments: goldenJobs.indices)
func canonicalFormIsPinned(index: Int) throws {
  let golden = goldenJobs[index]
  let job = try plannedJob(golden.method, golden.kind)
  #expect(String(decoding: job.canonicalForm, as: UTF8.self) == golden.form)
  #expect(job.id.digest.hex == golden.name)
}

@Test(arguments: JobKind.allCases)
func canonicalFormReadsBackAsTheSameJob(kind: JobKind) throws {
  let method: Method =
    switch kind {
    case .train, .predict: .m4
    case .fit: .deepImagePrior
    case .solve: .elastica
    }
  let job = try plannedJob(method, kind)
  let back = try JSONDecoder().decode(Job.self, from: job.canonicalForm)
  #expect(back == job && back.id == job.id)
}

@Test func digestIsSHA256() {
  // FIPS 180-4, the example of one block.
  let digest = Digest(of: Data("abc".utf8))
  #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  #expect(digest.short == "ba7816bf8f01" && digest.description == digest.hex)
  #expect(Digest(hex: digest.hex) == digest)
}

@Test(arguments: ["", "ab", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
func digestsAreSixtyFourHexadecimalDigits(text: String) {
  #expect(Digest(hex: text) == nil)
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(Digest.self, from: Data("\"\(text)\"".utf8))
  }
}
