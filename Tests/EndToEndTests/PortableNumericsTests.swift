import Foundation
import Segmentation
import TestTraits
import Testing

/// Portable numerics give equal bits on processors with different instruction sets.
@Suite(.temporaryFolder) struct PortableNumericsTests {
  /// Environment variables that make LibTorch, oneDNN and MKL see other processors.
  private static let processors = [
    [:], ["ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"],
    ["ATEN_CPU_CAPABILITY": "default"], ["ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"],
  ]

  private func fingerprints(_ numerics: String) throws -> Set<String> {
    try Set(
      Self.processors.map { processor in
        let outcome = try Program.worker.run(
          ["fingerprint", "--numerics", numerics], environment: processor)
        #expect(outcome.status == 0, "\(outcome.output)")
        return outcome.output
      })
  }

  @Test("portable fingerprints agree while native ones differ")
  func fingerprints() throws {
    #expect(try fingerprints("native").count > 1)
    let portable = try fingerprints("portable")
    #expect(portable.count == 1)
    #expect(portable.first?.contains("mode: portable\n") == true)
  }

  private static let emulator = Program(path: "/usr/bin/qemu-x86_64")

  @Test(
    "an emulated processor gives the portable bits",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: emulator.url.path),
      "qemu-user is not installed"))
  func emulatedProcessor() throws {
    let here = try Program.worker.run(["fingerprint", "--numerics", "portable"]).output
    let there = try Self.emulator.run(
      ["-cpu", "Nehalem", Program.worker.url.path, "fingerprint"],
      environment: PortableNumerics.environment)
    #expect(there.status == 0, "\(there.output)")
    #expect(there.output.hasSuffix(here), "\(there.output)")
  }

  @Test("a portable run gives the same scores on any processor")
  func portableRun() throws {
    let small = try SmallExperiment(methods: "[M3, TV, DIP]", numerics: "portable")
    let scores = try [Self.processors[0], Self.processors[1]].enumerated().map { index, processor in
      let state = small.state("run-\(index)")
      let run = try Program.dipper.run(
        ["run", small.configuration.path, "--out", state.path],
        environment: processor)
      #expect(run.status == 0, "\(run.output)")
      return try SmallExperiment.scores(in: state)
    }
    #expect(scores[0] == scores[1])
    let provenance = try String(
      contentsOf: small.state("run-1").appending(path: "report/provenance.json"), encoding: .utf8)
    // One training, two predictions in one job, two solves and two fits.
    #expect(provenance.components(separatedBy: "\"mode\" : \"portable\"").count == 1 + 6)
    let native = try SmallExperiment(methods: "[M3, TV, DIP]")
    let other = try Program.dipper.run([
      "run", native.configuration.path, "--out", native.state("run").path,
    ])
    #expect(other.status == 0)
    // Portable and native jobs have different names, so that results are never mixed.
    #expect(try SmallExperiment.scores(in: native.state("run")) != scores[0])
  }

  @Test("a portable experiment refuses a native worker")
  func nativeWorker() throws {
    let small = try SmallExperiment(methods: "[TV]", numerics: "portable")
    let coordinator = try Program.dipper.start([
      "coordinator", small.configuration.path, "--listen", "tcp://127.0.0.1:*", "--state",
      small.state("out").path,
    ])
    try coordinator.waitFor("listening on tcp://")
    let endpoint = try coordinator.endpoint()
    func worker(_ numerics: String) throws -> ProgramOutcome {
      try Program.worker.run([
        "--connect", endpoint, "--cache", small.state(numerics).path, "--numerics", numerics,
      ])
    }
    let refused = try worker("native")
    #expect(refused.status == 2)
    #expect(refused.output.contains("--numerics portable"), "\(refused.output)")
    #expect(try worker("portable").status == 0)
    #expect(try coordinator.status(within: .seconds(40)) == 0)
  }
}
