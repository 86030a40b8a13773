import Foundation
import Imaging
import TestTraits
import Testing

/// Bad usage, configurations, data and machines end with a sentence and the documented exit status.
@Suite(.serialized, .temporaryFolder) struct BadInputTests {
  /// Runs a program and expects its exit status, fragments of its output, and no trace of a crash.
  private func expect(
    _ arguments: [String], status: Int32, output fragments: [String],
    program: Program = .dipper
  ) throws {
    let result = try program.run(arguments)
    #expect(result.status == status, "\(arguments): \(result.output)")
    for fragment in fragments {
      #expect(result.output.contains(fragment), "no `\(fragment)` in: \(result.output)")
    }
    #expect(!result.output.contains("Fatal error") && !result.output.contains("Stack dump"))
  }

  private func configuration(_ yaml: String) throws -> String {
    let file = try TemporaryFolder.makeSubfolder().appending(path: "x.yaml")
    try yaml.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  @Test("bad usage ends with status 2, and every verb has an example")
  func badUsage() throws {
    try expect(["run"], status: 2, output: ["<configuration>"])
    try expect(["run", "x.yaml", "-j", "0"], status: 2, output: ["-j must be from 1"])
    try expect(["nonsense"], status: 2, output: ["nonsense"])
    try expect(["report", "/nowhere"], status: 2, output: ["/nowhere", "experiment.json"])
    try expect([], status: 0, output: ["SUBCOMMANDS"])
    for verb in [
      "plan", "run", "coordinator", "status", "explain", "cancel", "retry", "report", "verify",
    ] {
      try expect([verb, "--help"], status: 0, output: ["Example: dipper \(verb)"])
    }
  }

  @Test("a full disk under standard output is an error, and a reader that has ended is not")
  func standardOutput() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let out = small.state("out").path
    let run = try Program.dipper.run(["run", small.configuration.path, "--out", out])
    #expect(run.status == 0, "\(run.output)")
    func shell(_ line: String) throws -> ProgramOutcome {
      try Program(path: "/bin/bash").run(["-c", "set -o pipefail; \(line)"])
    }
    for verb in [
      "report \(out) --format csv", "plan \(small.configuration.path) --json", "verify \(out)",
      "explain 'chest TV solve chest-03' \(out)", "replay 'chest TV solve chest-03' \(out)",
    ] {
      let full = try shell("'\(Program.dipper.url.path)' \(verb) > /dev/full")
      #expect(full.status == 2 && full.output.contains("No space left"), "\(verb): \(full.output)")
      // Some shells and services start programs with SIGPIPE ignored.
      for trap in ["", "trap '' PIPE; "] {
        let gone = try shell("\(trap)'\(Program.dipper.url.path)' \(verb) | true")
        #expect([0, 141].contains(gone.status), "\(verb): \(gone.status) \(gone.output)")
        #expect(!gone.output.contains("standard output"), "\(gone.output)")
      }
    }
  }

  @Test("errors of a configuration name file, line and key")
  func badConfigurations() throws {
    try expect(["plan", "/nowhere.yaml"], status: 2, output: ["/nowhere.yaml"])
    let unknown = try configuration(
      "name: x\ndatasets:\n  - phantom: {kind: chest}\nenergy: {thetta: 3}\n")
    try expect(["plan", unknown], status: 2, output: ["x.yaml:4", "thetta", "theta"])
    let missing = try configuration("name: x\ndatasets:\n  - folder: not-here\n")
    try expect(["plan", missing], status: 2, output: ["not-here/dataset.json"])
  }

  @Test("a missing GPU fails its jobs with a reason, and the other jobs are done")
  func missingGPU() throws {
    let small = try SmallExperiment(methods: "[TV, DIP]", numerics: "{device: cuda:127}")
    let state = small.state("state")
    try expect(
      ["run", small.configuration.path, "-j", "1", "--out", state.path], status: 1,
      output: ["no CUDA device: ", "take numerics.device out of the configuration", "discarded"])
    #expect(try SmallExperiment.scores(in: state).filter { $0.contains("TV") }.count == 2)
    try expect(["devices"], status: 0, output: ["cpu"], program: .worker)
    try expect(["doctor"], status: 0, output: ["cores: ", "cpu"])
  }

  /// Writes a data set of one test case, lets `spoil` damage it, and returns a configuration for it.
  private func dataset(_ spoil: (URL) throws -> Void) throws -> String {
    let folder = try TemporaryFolder.makeSubfolder()
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

  @Test("errors of the data name case and file")
  func badData() throws {
    let sound = try dataset { _ in }
    try expect(["plan", sound], status: 0, output: ["bad TV solve one"])
    let gone = try dataset { try FileManager.default.removeItem(at: $0.appending(path: "i.nii")) }
    try expect(["run", gone], status: 2, output: ["case one", "i.nii"])
    let truncated = try dataset {
      let file = $0.appending(path: "i.nii")
      try Data(contentsOf: file).prefix(5000).write(to: file)
    }
    try expect(["run", truncated], status: 2, output: ["case one", "i.nii", "truncated"])
    let outside = try markers("[[10, 10], [20, 10], [500, 20]]")
    try expect(["run", outside], status: 2, output: ["case one", "point 3", "outside"])
    let flat = try markers("[[10, 10], [20, 10], [30, 10]]")
    try expect(["run", flat], status: 2, output: ["case one", "no area"])
    let other = try dataset {
      let truth = try Phantom.chest(size: 32, noise: 0, seed: 1).groundTruth
      try truth.encodedPNG().write(to: $0.appending(path: "t.png"))
    }
    try expect(["run", other], status: 2, output: ["64 x 64", "32 x 32"])
  }

  @Test("a port or run directory in use and a bad endpoint are named")
  func listening() throws {
    let small = try SmallExperiment()
    func coordinator(_ listen: String, state: String) -> [String] {
      [
        "coordinator", small.configuration.path, "--listen", listen, "--state",
        small.state(state).path,
      ]
    }
    let first = try Program.dipper.start(coordinator("tcp://127.0.0.1:*", state: "a"))
    try first.waitFor("listening on")
    let endpoint = try first.endpoint()
    try expect(coordinator(endpoint, state: "b"), status: 2, output: ["another process uses it"])
    try expect(
      coordinator("tcp://127.0.0.1:*", state: "a"), status: 2, output: [small.state("a").path])
    try expect(coordinator("tcp://0.0.0.0:7077", state: "c"), status: 2, output: ["--insecure"])
    try expect(
      coordinator("127.0.0.1", state: "c"), status: 2,
      output: ["127.0.0.1 is not an endpoint", "tcp://"])
    first.signal(SIGTERM)
    #expect(try first.status(within: .seconds(40)) == 130)
  }

  @Test("a limit of open files that is too small is named with the remedy, on both sides")
  func fewFiles() throws {
    let small = try SmallExperiment()
    let shell = Program(path: "/bin/sh")
    func limited(_ program: Program, _ arguments: [String]) -> [String] {
      ["-c", "ulimit -n 40; exec \"$0\" \"$@\"", program.url.path] + arguments
    }
    let run = ["run", small.configuration.path, "--out", small.state("out").path]
    let work = ["--connect", "tcp://127.0.0.1:9", "--cache", small.state("cache").path]
    for command in [limited(.dipper, run), limited(.worker, work)] {
      try expect(
        command, status: 2, output: ["may have only 40 files open", "ulimit -n 1024"],
        program: shell)
    }
  }

  @Test("a run directory that cannot be read is told from one that is none") func unreadableRun()
    throws
  {
    let folder = try TemporaryFolder.makeSubfolder()
    try expect(["status", folder.path], status: 2, output: ["is not the folder of a run"])
    try expect(["report", folder.path], status: 2, output: ["is not the folder of a run"])
    // A loop of links is unreadable for the superuser too, unlike a file without permissions.
    for (name, command) in [("experiment.json", ["report"]), ("journal.sqlite", ["explain", "x"])] {
      let file = folder.appending(path: name)
      try FileManager.default.createSymbolicLink(at: file, withDestinationURL: file)
      try expect(
        command + [folder.path], status: 2,
        output: ["\(name) cannot be read", "ask its owner"])
    }
    let loop = folder.appending(path: "loop")
    try FileManager.default.createSymbolicLink(at: loop, withDestinationURL: loop)
    try expect(
      ["cancel", loop.path, "--all"], status: 2, output: ["loop/control.sock", "Too many"])
  }

  @Test("a host name that is unknown is named, on both sides") func unknownHost() throws {
    let small = try SmallExperiment()
    let unknown = "tcp://no-such-host.invalid:7077"
    try expect(
      [
        "coordinator", small.configuration.path, "--listen", unknown, "--state",
        small.state("a").path,
      ], status: 2, output: ["the host no-such-host.invalid cannot be looked up"])
    try expect(
      ["--connect", unknown, "--cache", small.state("cache").path], status: 2,
      output: ["the host no-such-host.invalid cannot be looked up"], program: .worker)
  }

  // Some file systems refuse a folder as if its parent folders were missing.
  @Test("a run directory that cannot be made is named")
  func impossibleFolder() throws {
    let small = try SmallExperiment()
    for folder in ["/proc/run", "/dev/null/run"] {
      try expect(
        ["run", small.configuration.path, "--out", folder], status: 2,
        output: ["cannot make the folder \(folder)"])
    }
  }

  // The jobs are not at fault and must not be counted as failed.
  @Test("a run whose workers have full disks ends with an error and loses nothing")
  func workersWithoutDisk() throws {
    let small = try SmallExperiment(methods: "[TV]")
    let worker = small.folder.appending(path: "worker-without-disk")
    // The limit of 8 blocks, 4 KiB, is enough for the log.
    try """
    #!/bin/sh
    trap '' XFSZ
    ulimit -f 8
    exec \(Program.worker.url.path) "$@"
    """.write(to: worker, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: worker.path)
    let run = ["run", small.configuration.path, "--out", small.state("out").path]
    try expect(
      run + ["--worker", worker.path], status: 2, output: ["no worker is left", "cannot write"])
    try expect(run, status: 0, output: ["TV"])
    #expect(try SmallExperiment.scores(in: small.state("out")).count == 1 + 2)
  }

  @Test("a worker without a coordinator ends with status 3, and one without an endpoint with 2")
  func missingCoordinator() throws {
    let cache = try TemporaryFolder.makeSubfolder()
    try expect(
      [
        "--connect", "tcp://127.0.0.1:9", "--cache", cache.path, "--connect-timeout", "1",
      ], status: 3, output: ["tcp://127.0.0.1:9"], program: .worker)
    try expect(["--connect", "nowhere"], status: 2, output: ["nowhere"], program: .worker)
  }
}
