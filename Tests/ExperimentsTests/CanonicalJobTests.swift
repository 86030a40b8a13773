import Errors
import Experiments
import Foundation
import Jobs
import TestSupport
import Testing

/// Jobs of all the configurations that ship, with data sets that do not exist.
private func shippedJobs() throws -> [Job] {
  let small = dataset(train: ["a", "b"], test: ["c"])
  return try shippedConfigurations.flatMap { bytes -> [Job] in
    let read = try configuration(String(decoding: bytes, as: UTF8.self))
    let sets = read.datasets.map { _ in small }
    return (try? Planner.plan(read, datasets: sets))?.jobs.map(\.job) ?? []
  }
}

/// Foundation's encoder is the reference.
private func foundation(_ job: Job) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(job)
}

@Test func canonicalFormIsThatOfFoundation() throws {
  let jobs = try shippedJobs()
  #expect(Set(jobs.map(\.kind)) == Set(JobKind.allCases))
  for job in jobs { #expect(job.canonicalForm == (try foundation(job))) }
}

@Test func canonicalFormIsReadAsTheSameJob() throws {
  for job in try shippedJobs() {
    #expect(try Job(canonicalForm: job.canonicalForm) == job)
  }
}

@Test func onlyACanonicalFormIsRead() throws {
  let form = try #require(String(bytes: shippedJobs()[0].canonicalForm, encoding: .utf8))
  let others = [
    "", "{", "[]", "{}", form + " ", " " + form, String(form.dropLast()), form + form,
    form.replacing("\"energy\"", with: "\"energi\""),
    form.replacing("{\"", with: "{ \"", maxReplacements: 1),
    form.replacing("\"seed\":1", with: "\"seed\":01"),
    form.replacing("\"seed\":1", with: "\"seed\":-1"),
    form.replacing("\"seed\":1", with: "\"seed\":1,\"sneed\":2"),
    form.replacing("\"lambda\":1", with: "\"lambda\":1.0"),
    form.replacing("\"lambda\":1", with: "\"lambda\":1,\"lambdb\":1"),
    form.replacing("\"lambda\":", with: "\"lambda\": "),
  ]
  for text in others {
    #expect(text != form)
    #expect(throws: DipperError.self, "\(text)") { try Job(canonicalForm: Data(text.utf8)) }
  }
}

@Test func mutatedFormsAreReadAsTheyAreWrittenOrRefused() throws {
  var generator = SeededGenerator(seed: 22)
  var refused = 0
  for job in try shippedJobs().prefix(20) {
    for _ in 0..<200 {
      let bytes = generator.mutated(job.canonicalForm)
      do {
        #expect(try foundation(Job(canonicalForm: bytes)) == bytes)
      } catch is DipperError { refused += 1 }
    }
  }
  #expect(refused > 1000)
}
