import Foundation
import Segmentation
import Testing

/// The same bits whatever the processor offers.
struct PortableNumericsTests {
  /// What LibTorch, oneDNN and MKL are told to believe of the processor.
  private static let processors = [
    [:], ["ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"],
    ["ATEN_CPU_CAPABILITY": "default"], ["ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"],
  ]

  private func fingerprints(_ numerics: String) throws -> Set<String> {
    try Set(
      Self.processors.map { processor in
        let said = try outcome(
          Programs.worker, ["fingerprint", "--numerics", numerics], environment: processor)
        #expect(said.status == 0, "\(said.output)")
        return said.output
      })
  }

  @Test func portableFingerprintsAgreeWhereNativeOnesDoNot() throws {
    #expect(try fingerprints("native").count > 1)
    let portable = try fingerprints("portable")
    #expect(portable.count == 1)
    #expect(portable.first?.contains("mode: portable\n") == true)
  }

  /// Another processor for real, if only an emulated one.
  @Test func anEmulatedProcessorGivesThePortableBits() throws {
    let emulator = URL(filePath: "/usr/bin/qemu-x86_64")
    guard FileManager.default.isExecutableFile(atPath: emulator.path) else {
      return print("skipped anEmulatedProcessorGivesThePortableBits: qemu-user is not installed")
    }
    let here = try outcome(Programs.worker, ["fingerprint", "--numerics", "portable"]).output
    let there = try outcome(
      emulator, ["-cpu", "Nehalem", Programs.worker.path, "fingerprint"],
      environment: PortableNumerics.environment)
    #expect(there.status == 0, "\(there.output)")
    #expect(there.output.hasSuffix(here), "\(there.output)")
  }

  @Test func aPortableRunGivesTheSameScoresOnAnyProcessor() throws {
    let small = try SmallExperiment(methods: "[M3, TV, DIP]", numerics: "portable")
    let scores = try [Self.processors[0], Self.processors[1]].enumerated().map { index, processor in
      let state = small.state("run-\(index)")
      let run = try outcome(
        Programs.dipper, ["run", small.configuration.path, "--out", state.path],
        environment: processor)
      #expect(run.status == 0, "\(run.output)")
      return try SmallExperiment.scores(in: state)
    }
    #expect(scores[0] == scores[1])
    let provenance = try String(
      contentsOf: small.state("run-1").appending(path: "report/provenance.json"), encoding: .utf8)
    // A train, two predictions in one job, two solves, two fits.
    #expect(provenance.components(separatedBy: "\"mode\" : \"portable\"").count == 1 + 6)
    let native = try SmallExperiment(methods: "[M3, TV, DIP]")
    let other = try outcome(
      Programs.dipper,
      ["run", native.configuration.path, "--out", native.state("run").path])
    #expect(other.status == 0)
    // The jobs have other names: what is portable is never mistaken for what is not.
    #expect(try SmallExperiment.scores(in: native.state("run")) != scores[0])
  }

  @Test func aNativeWorkerIsRefusedByAPortableExperiment() throws {
    let small = try SmallExperiment(methods: "[TV]", numerics: "portable")
    let coordinator = try Running(
      Programs.dipper,
      [
        "coordinator", small.configuration.path, "--listen", "tcp://127.0.0.1:*", "--state",
        small.state("out").path,
      ])
    try coordinator.waitFor("listening on tcp://")
    let endpoint = try coordinator.endpoint()
    func worker(_ numerics: String) throws -> (status: Int32, output: String) {
      try outcome(
        Programs.worker,
        [
          "--connect", endpoint, "--cache", small.state(numerics).path, "--numerics", numerics,
        ])
    }
    let refused = try worker("native")
    #expect(refused.status == 2)
    #expect(refused.output.contains("--numerics portable"), "\(refused.output)")
    #expect(try worker("portable").status == 0)
    #expect(try coordinator.status(within: 40) == 0)
  }
}
