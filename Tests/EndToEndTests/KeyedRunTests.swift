import Foundation
import TestTraits
import Testing

/// Coordinator and workers as processes, with keys made by `dipper keygen`.
@Suite(.serialized, .temporaryFolder) struct KeyedRunTests {
  /// An experiment of one quick method and the keys of two machines, one of them no longer accepted.
  private struct KeyedExperiment {
    let small: SmallExperiment
    let keys: URL

    init() throws {
      small = try SmallExperiment(methods: "[TV]")
      keys = small.state("keys")
      let made = try Program.dipper.run(["keygen", "accepted", "removed", "--keys", keys.path])
      #expect(made.status == 0, "\(made.output)")
      #expect(made.output.contains(keys.appending(path: "workers/accepted").path))
      // The help of `dipper keygen` describes this way to lock a machine out.
      try FileManager.default.removeItem(at: keys.appending(path: "authorized/removed.public"))
    }

    func coordinator(_ options: [String]) throws -> RunningProgram {
      try Program.dipper.start(
        ["coordinator", small.configuration.path, "--state", small.state("run").path] + options)
    }

    func worker(_ endpoint: String, options: [String] = []) throws -> RunningProgram {
      try Program.worker.start(
        ["--connect", endpoint, "--cache", small.state("cache").path, "--connect-timeout", "3"]
          + options)
    }

    func key(of machine: String) -> String { keys.appending(path: "workers/\(machine)").path }
  }

  private func endpoint(of coordinator: RunningProgram, host: String) throws -> String {
    try coordinator.waitFor("listening on tcp://")
    let text = try #require(coordinator.output.split(separator: " ").first { $0.hasPrefix("tcp") })
    let port = try #require(text.split(separator: ":").last)
    return "tcp://\(host):\(port.trimmingCharacters(in: CharacterSet(charactersIn: ",")))"
  }

  @Test("only machines whose keys are authorised compute")
  func authorisedKeys() throws {
    let experiment = try KeyedExperiment()
    let coordinator = try experiment.coordinator(
      ["--listen", "tcp://0.0.0.0:*", "--keys", experiment.keys.path])
    let endpoint = try endpoint(of: coordinator, host: "127.0.0.1")
    let removed = try experiment.worker(
      endpoint, options: ["--keys", experiment.key(of: "removed")])
    let keyless = try experiment.worker(endpoint)
    #expect(try removed.status(within: .seconds(30)) == 3, "\(removed.output)")
    #expect(removed.output.contains("worker.public") && removed.output.contains("authorized"))
    #expect(try keyless.status(within: .seconds(30)) == 3, "\(keyless.output)")
    #expect(keyless.output.contains("dipper keygen") && keyless.output.contains("--keys"))
    let accepted = try experiment.worker(
      endpoint, options: ["--keys", experiment.key(of: "accepted")])
    #expect(try coordinator.status(within: .seconds(60)) == 0, "\(coordinator.output)")
    #expect(try accepted.status(within: .seconds(20)) == 0, "\(accepted.output)")
    #expect(coordinator.output.contains("refused: a connection from 127.0.0.1 with the key"))
    #expect(coordinator.output.components(separatedBy: "joined").count == 2)
  }

  @Test("without keys neither side uses an open network")
  func missingKeys() throws {
    let experiment = try KeyedExperiment()
    let nowhere = experiment.small.state("nowhere").path
    for options in [[], ["--keys", nowhere]] {
      let coordinator = try experiment.coordinator(["--listen", "tcp://0.0.0.0:*"] + options)
      #expect(try coordinator.status(within: .seconds(30)) == 2)
      #expect(coordinator.output.contains("dipper keygen"), "\(coordinator.output)")
      let worker = try experiment.worker("tcp://192.0.2.1:7077", options: options)
      #expect(try worker.status(within: .seconds(30)) == 2)
      #expect(worker.output.contains("dipper keygen"), "\(worker.output)")
    }
    let secret = experiment.keys.appending(path: "coordinator.secret").path
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
    let coordinator = try experiment.coordinator(["--keys", experiment.keys.path])
    #expect(try coordinator.status(within: .seconds(30)) == 2)
    #expect(coordinator.output.contains("chmod 600 '\(secret)'"), "\(coordinator.output)")
    let again = try Program.dipper.run(["keygen", "accepted", "--keys", experiment.keys.path])
    #expect(again.status == 2)
  }
}
