import Experiments
import Foundation
import Jobs
import Methods
import Testing

/// Plans a job from default parameters.
///
/// The golden names are a promise: if one changes, every finished job of every user runs again.
private func plannedJob(_ method: Jobs.Method, _ kind: JobKind) throws -> Job {
  let small = dataset(train: ["a"], test: ["c"])
  let plan = try Planner.plan(configuration(smallest), datasets: [small])
  return try #require(plan.jobs.first { $0.job.method == method && $0.job.kind == kind }?.job)
}

@Test(
  "the planner's jobs have the names that protoc and sha256sum give them", arguments: goldenJobs)
func namesArePinned(
  golden: (method: Jobs.Method, kind: JobKind, text: String, name: String)
) throws {
  #expect(try plannedJob(golden.method, golden.kind).id.digest.hex == golden.name)
}

@Test(
  "a canonical form is what protoc makes of the job's text",
  .enabled(if: FileManager.default.isExecutableFile(atPath: protoc), "protoc is not installed"),
  arguments: goldenJobs)
func formsAreProtocs(
  golden: (method: Jobs.Method, kind: JobKind, text: String, name: String)
) throws {
  let form = try plannedJob(golden.method, golden.kind).canonicalForm
  #expect(try protocEncoding(golden.text) == form)
}

private let protoc = "/usr/bin/protoc"

/// Encodes a job's text form by protoc.
private func protocEncoding(_ text: String) throws -> Data {
  let sources = URL(filePath: #filePath).appending(path: "../../../Sources/Jobs").standardized
  let process = Process()
  process.executableURL = URL(filePath: protoc)
  process.arguments = ["--encode=dipper.Job", "--proto_path=\(sources.path)", "job.proto"]
  let input = Pipe()
  let output = Pipe()
  process.standardInput = input
  process.standardOutput = output
  try process.run()
  try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  try input.fileHandleForWriting.close()
  return output.fileHandleForReading.readDataToEndOfFile()
}

@Test("a canonical form reads back as the same job", arguments: JobKind.allCases)
func canonicalRoundTrip(kind: JobKind) throws {
  let method: Jobs.Method =
    switch kind {
    case .train, .predict: .m4
    case .fit: .deepImagePrior
    case .solve: .elastica
    }
  let job = try plannedJob(method, kind)
  let back = try Job(canonicalForm: job.canonicalForm)
  #expect(back == job && back.id == job.id)
}

@Test("a digest is the SHA-256 of the bytes") func sha256() {
  // This is the one-block example of FIPS 180-4.
  let digest = Digest(of: Data("abc".utf8))
  #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  #expect(digest.short == "ba7816bf8f01" && digest.description == digest.hex)
  #expect(Digest(hex: digest.hex) == digest)
}

@Test(
  "text that is not 64 lower-case hexadecimal digits is no digest",
  arguments: ["", "ab", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
func hexadecimal(text: String) {
  #expect(Digest(hex: text) == nil)
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(Digest.self, from: Data("\"\(text)\"".utf8))
  }
}
