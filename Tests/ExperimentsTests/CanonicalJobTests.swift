import Errors
import Expectations
import Experiments
import Foundation
import Jobs
import TestSupport
import Testing

/// The jobs of all shipped configurations, planned for data sets that do not exist.
private func shippedJobs() throws -> [Job] {
  let small = dataset(train: ["a", "b"], test: ["c"])
  return try shippedConfigurations.flatMap { bytes -> [Job] in
    let read = try configuration(String(decoding: bytes, as: UTF8.self))
    let sets = read.datasets.map { _ in small }
    return (try? Planner.plan(read, datasets: sets))?.jobs.map(\.job) ?? []
  }
}

@Test("a canonical form reads back as the same job")
func formReadsBack() throws {
  let jobs = try shippedJobs()
  #expect(Set(jobs.map(\.kind)) == Set(JobKind.allCases))
  for job in jobs { #expect(try Job(canonicalForm: job.canonicalForm) == job) }
}

@Test("a job's JSON reads back as the same job")
func jsonReadsBack() throws {
  for job in try shippedJobs() {
    #expect(try JSONDecoder().decode(Job.self, from: JSONEncoder().encode(job)) == job)
  }
}

@Test("bytes that are not exactly a canonical form are refused")
func otherBytesAreRefused() throws {
  let form = [UInt8](try shippedJobs()[0].canonicalForm)
  #expect(form[0] == 0x0a, "the first job is a training")
  var others: [[UInt8]] = [[], [0x0a], form + [0], form + form, [0] + form, form.dropLast()]
  // The forms have an unknown field, an unknown kind, and a length with superfluous bytes.
  others.append([0x12] + form.dropFirst())
  others.append([0x2a] + form.dropFirst())
  others.append([0x0a, form[1] | 0x80, form[2] | 0x80, 0] + form.dropFirst(3))
  for bytes in others {
    expectError(in: .jobs, "\(bytes)") { try Job(canonicalForm: Data(bytes)) }
  }
}

@Test("mutated forms are refused, or read as exactly the job that they are the form of")
func mutatedForms() throws {
  var generator = SeededGenerator(seed: 22)
  var refused = 0
  for job in try shippedJobs().prefix(20) {
    for _ in 0..<200 {
      let bytes = generator.mutated(job.canonicalForm)
      do {
        #expect(try Job(canonicalForm: bytes).canonicalForm == bytes)
      } catch is DipperError { refused += 1 }
    }
  }
  #expect(refused > 1000)
}
