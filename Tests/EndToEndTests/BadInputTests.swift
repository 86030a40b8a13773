import Foundation
import Imaging
import Testing

/// Whatever the user gives, the answer is a sentence and an exit status.
@Suite(.serialized) struct BadInputTests {
  /// Runs `dipper` and checks that it ends with `status`, says `fragments`, and nothing of a crash.
  private func expect(
    _ arguments: [String], status: Int32, says fragments: [String],
    program: URL = Programs.dipper
  ) throws {
    let result = try outcome(program, arguments)
    #expect(result.status == status, "\(arguments): \(result.output)")
    for fragment in fragments {
      #expect(result.output.contains(fragment), "no `\(fragment)` in: \(result.output)")
    }
    #expect(!result.output.contains("Fatal error") && !result.output.contains("Stack dump"))
  }

  private func configuration(_ yaml: String) throws -> String {
    let file = try Programs.scratch().appending(path: "x.yaml")
    try yaml.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  @Test func badUsageEndsWithTwo() throws {
    try expect(["run"], status: 2, says: ["<configuration>"])
    try expect(["run", "x.yaml", "-j", "0"], status: 2, says: ["-j must be from 1"])
    try expect(["nonsense"], status: 2, says: ["nonsense"])
    try expect(["report", "/nowhere"], status: 2, says: ["/nowhere", "experiment.json"])
    try expect([], status: 0, says: ["SUBCOMMANDS"])
    for verb in [
      "plan", "run", "coordinator", "status", "explain", "cancel", "retry", "report", "verify",
    ] {
      try expect([verb, "--help"], status: 0, says: ["Example: dipper \(verb)"])
    }
  }

  @Test func aFullDiskOfStandardOutputIsAnErrorAndAReaderWhoHasGoneIsNone() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let out = small.state("out").path
    let run = try outcome(Programs.dipper, ["run", small.configuration.path, "--out", out])
    #expect(run.status == 0, "\(run.output)")
    func shell(_ line: String) throws -> (status: Int32, output: String) {
      try outcome(URL(filePath: "/bin/bash"), ["-c", "set -o pipefail; \(line)"])
    }
    for verb in [
      "report \(out) --format csv", "plan \(small.configuration.path) --json", "verify \(out)",
      "explain 'chest TV solve chest-03' \(out)", "replay 'chest TV solve chest-03' \(out)",
    ] {
      let full = try shell("'\(Programs.dipper.path)' \(verb) > /dev/full")
      #expect(full.status == 2 && full.output.contains("No space left"), "\(verb): \(full.output)")
      // With the signal and, as under some shells and services, without.
      for trap in ["", "trap '' PIPE; "] {
        let gone = try shell("\(trap)'\(Programs.dipper.path)' \(verb) | true")
        #expect([0, 141].contains(gone.status), "\(verb): \(gone.status) \(gone.output)")
        #expect(!gone.output.contains("standard output"), "\(gone.output)")
      }
    }
  }

  @Test func badConfigurationsNameFileLineAndKey() throws {
    try expect(["plan", "/nowhere.yaml"], status: 2, says: ["/nowhere.yaml"])
    let unknown = try configuration(
      "name: x\ndatasets:\n  - phantom: {kind: chest}\nenergy: {thetta: 3}\n")
    try expect(["plan", unknown], status: 2, says: ["x.yaml:4", "thetta", "theta"])
    let missing = try configuration("name: x\ndatasets:\n  - folder: not-here\n")
    try expect(["plan", missing], status: 2, says: ["not-here/dataset.json"])
  }

  @Test func aGPUThatIsNotThereLeavesHolesAndSaysWhy() throws {
    let small = try SmallExperiment(methods: "[TV, DIP]", numerics: "{device: cuda:127}")
    let state = small.state("state")
    try expect(
      ["run", small.configuration.path, "-j", "1", "--out", state.path], status: 1,
      says: ["no CUDA device: ", "take numerics.device out of the configuration", "discarded"])
    #expect(try SmallExperiment.scores(in: state).filter { $0.contains("TV") }.count == 2)
    try expect(["devices"], status: 0, says: ["cpu"], program: Programs.worker)
    try expect(["doctor"], status: 0, says: ["cores: ", "cpu"])
  }

  /// A data set of one test case, made bad by `spoil`.
  private func dataset(_ spoil: (URL) throws -> Void) throws -> String {
    let folder = try Programs.scratch()
    let phantom = try Phantom.chest(size: 64, noise: 0.02, seed: 1)
    try phantom.image.encodedNIfTI(compressed: false).write(to: folder.appending(path: "i.nii"))
    try phantom.groundTruth.encodedPNG().write(to: folder.appending(path: "t.png"))
    try phantom.markers.encoded().write(to: folder.appending(path: "m.json"))
    let json = """
      {"name": "bad", "cases": [{"id": "one", "image": "i.nii", "truth": "t.png",
       "markers": "m.json", "patient": null, "split": "test"}]}
      """
    try json.write(to: folder.appending(path: "dataset.json"), atomically: true, encoding: .utf8)
    try spoil(folder)
    return try configuration("name: x\nmethods: [TV]\ndatasets:\n  - folder: \(folder.path)\n")
  }

  private func markers(_ points: String) throws -> String {
    try dataset {
      try "{\"points\": \(points)}".write(
        to: $0.appending(path: "m.json"), atomically: true, encoding: .utf8)
    }
  }

  @Test func badDataNamesCaseAndFile() throws {
    let sound = try dataset { _ in }
    try expect(["plan", sound], status: 0, says: ["bad TV solve one"])
    let gone = try dataset { try FileManager.default.removeItem(at: $0.appending(path: "i.nii")) }
    try expect(["run", gone], status: 2, says: ["case one", "i.nii"])
    let truncated = try dataset {
      let file = $0.appending(path: "i.nii")
      try Data(contentsOf: file).prefix(5000).write(to: file)
    }
    try expect(["run", truncated], status: 2, says: ["case one", "i.nii", "truncated"])
    let outside = try markers("[[10, 10], [20, 10], [500, 20]]")
    try expect(["run", outside], status: 2, says: ["case one", "point 3", "outside"])
    let flat = try markers("[[10, 10], [20, 10], [30, 10]]")
    try expect(["run", flat], status: 2, says: ["case one", "no area"])
    let other = try dataset {
      let truth = try Phantom.chest(size: 32, noise: 0, seed: 1).groundTruth
      try truth.encodedPNG().write(to: $0.appending(path: "t.png"))
    }
    try expect(["run", other], status: 2, says: ["64 x 64", "32 x 32"])
  }

  @Test func aPortInUseIsNamed() throws {
    let small = try SmallExperiment()
    func coordinator(_ listen: String, _ state: String) -> [String] {
      [
        "coordinator", small.configuration.path, "--listen", listen, "--state",
        small.state(state).path,
      ]
    }
    let first = try Running(Programs.dipper, coordinator("tcp://127.0.0.1:*", "a"))
    try first.waitFor("listening on")
    let endpoint = try first.endpoint()
    try expect(coordinator(endpoint, "b"), status: 2, says: ["in use"])
    try expect(coordinator("tcp://127.0.0.1:*", "a"), status: 2, says: [small.state("a").path])
    try expect(coordinator("tcp://0.0.0.0:7077", "c"), status: 2, says: ["--insecure"])
    try expect(
      coordinator("127.0.0.1", "c"), status: 2, says: ["127.0.0.1 is no endpoint", "tcp://"])
    first.signal(SIGTERM)
    #expect(try first.status(within: 40) == 130)
  }

  /// Some file systems refuse a folder as if those above it were missing.
  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let small = try SmallExperiment()
    for folder in ["/proc/run", "/dev/null/run"] {
      try expect(
        ["run", small.configuration.path, "--out", folder], status: 2,
        says: ["cannot make the folder \(folder)"])
    }
  }

  /// The worker's disk is full from the start: its jobs are not at fault, and the run ends.
  @Test func aRunWhoseWorkersCannotStoreAnythingEndsAndLosesNothing() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let worker = small.folder.appending(path: "worker-without-disk")
    // Files of 4 KiB at most: enough for its log.
    try """
    #!/bin/sh
    trap '' XFSZ
    ulimit -f 8
    exec \(Programs.worker.path) "$@"
    """.write(to: worker, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: worker.path)
    let run = ["run", small.configuration.path, "--out", small.state("out").path]
    try expect(
      run + ["--worker", worker.path], status: 2, says: ["no worker is left", "cannot write"])
    try expect(run, status: 0, says: ["TV"])
    #expect(try SmallExperiment.scores(in: small.state("out")).count == 1 + 2)
  }

  @Test func aCoordinatorThatIsNotThereEndsTheWorkerWithThree() throws {
    let cache = try Programs.scratch()
    try expect(
      [
        "--connect", "tcp://127.0.0.1:9", "--cache", cache.path, "--connect-timeout", "1",
      ], status: 3, says: ["tcp://127.0.0.1:9"], program: Programs.worker)
    try expect(["--connect", "nowhere"], status: 2, says: ["nowhere"], program: Programs.worker)
  }
}
