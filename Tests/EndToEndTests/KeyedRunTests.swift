import Foundation
import Testing

/// Coordinator and workers as processes, with keys of `dipper keygen`.
@Suite(.serialized) struct KeyedRunTests {
  /// An experiment of one quick job, and keys of two machines.
  private struct Setting {
    let small: SmallExperiment
    let keys: URL

    init() throws {
      small = try SmallExperiment(methods: "[TV]")
      keys = small.state("keys")
      let made = try outcome(
        Programs.dipper, ["keygen", "friend", "stranger", "--keys", keys.path])
      #expect(made.status == 0, "\(made.output)")
      #expect(made.output.contains(keys.appending(path: "workers/friend").path))
      // Locked out, as the help says.
      try FileManager.default.removeItem(at: keys.appending(path: "authorized/stranger.public"))
    }

    func coordinator(_ options: [String]) throws -> Running {
      try Running(
        Programs.dipper,
        ["coordinator", small.configuration.path, "--state", small.state("run").path] + options)
    }

    func worker(_ endpoint: String, _ options: [String]) throws -> Running {
      try Running(
        Programs.worker,
        ["--connect", endpoint, "--cache", small.state("cache").path, "--connect-timeout", "3"]
          + options)
    }

    func key(of machine: String) -> String { keys.appending(path: "workers/\(machine)").path }
  }

  private func endpoint(_ coordinator: Running, host: String) throws -> String {
    try coordinator.waitFor("listening on tcp://")
    let text = try #require(coordinator.output.split(separator: " ").first { $0.hasPrefix("tcp") })
    let port = try #require(text.split(separator: ":").last)
    return "tcp://\(host):\(port.trimmingCharacters(in: CharacterSet(charactersIn: ",")))"
  }

  @Test func onlyWhoIsOnTheListComputes() throws {
    let setting = try Setting()
    let coordinator = try setting.coordinator(
      ["--listen", "tcp://0.0.0.0:*", "--keys", setting.keys.path])
    let endpoint = try endpoint(coordinator, host: "127.0.0.1")
    let stranger = try setting.worker(endpoint, ["--keys", setting.key(of: "stranger")])
    let naked = try setting.worker(endpoint, [])
    #expect(try stranger.status(within: 30) == 3, "\(stranger.output)")
    #expect(stranger.output.contains("worker.public") && stranger.output.contains("authorized"))
    #expect(try naked.status(within: 30) == 3, "\(naked.output)")
    #expect(naked.output.contains("dipper keygen") && naked.output.contains("--keys"))
    let friend = try setting.worker(endpoint, ["--keys", setting.key(of: "friend")])
    #expect(try coordinator.status(within: 60) == 0, "\(coordinator.output)")
    #expect(try friend.status(within: 20) == 0, "\(friend.output)")
    #expect(coordinator.output.contains("refused: a connection from 127.0.0.1 with the key"))
    #expect(coordinator.output.components(separatedBy: "joined").count == 2)
  }

  @Test func withoutKeysNeitherSideUsesAnOpenNetwork() throws {
    let setting = try Setting()
    let nowhere = setting.small.state("nowhere").path
    for options in [[], ["--keys", nowhere]] {
      let coordinator = try setting.coordinator(["--listen", "tcp://0.0.0.0:*"] + options)
      #expect(try coordinator.status(within: 30) == 2)
      #expect(coordinator.output.contains("dipper keygen"), "\(coordinator.output)")
      let worker = try setting.worker("tcp://192.0.2.1:7077", options)
      #expect(try worker.status(within: 30) == 2)
      #expect(worker.output.contains("dipper keygen"), "\(worker.output)")
    }
    let secret = setting.keys.appending(path: "coordinator.secret").path
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
    let coordinator = try setting.coordinator(["--keys", setting.keys.path])
    #expect(try coordinator.status(within: 30) == 2)
    #expect(coordinator.output.contains("chmod 600 '\(secret)'"), "\(coordinator.output)")
    let again = try outcome(Programs.dipper, ["keygen", "friend", "--keys", setting.keys.path])
    #expect(again.status == 2)
  }
}
