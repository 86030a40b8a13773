import Foundation
import Testing

/// The verbs that talk to a running coordinator, and those that read what one left.
@Suite(.serialized) struct VerbTests {
  /// A coordinator with a worker that computes for as long as the test wants.
  private struct Scene {
    let small: SmallExperiment
    let state: URL
    let coordinator: Running
    let endpoint: String

    init(_ small: SmallExperiment) throws {
      self.small = small
      state = small.state("state")
      coordinator = try Running(
        Programs.dipper,
        [
          "coordinator", small.configuration.path, "--listen", "tcp://127.0.0.1:*", "--state",
          state.path,
        ])
      try coordinator.waitFor("start workers with")
      endpoint = try #require(
        coordinator.output.split(separator: " ").first { $0.hasPrefix("tcp://127") }
      ).trimmingCharacters(in: CharacterSet(charactersIn: ","))
    }

    func worker(_ name: String) throws -> Running {
      try Running(
        Programs.worker,
        [
          "--connect", endpoint, "--name", name, "--cache", small.state("cache-\(name)").path,
        ])
    }

    func dipper(_ arguments: String...) throws -> (status: Int32, output: String) {
      try outcome(Programs.dipper, arguments)
    }

    /// The full name of the worker that was started under `name`, from `dipper status`.
    func fullName(_ name: String) throws -> String {
      let words = try dipper("status", state.path).output.split(separator: " ")
      return String(try #require(words.first { $0.hasPrefix("\(name)-") }))
    }
  }

  @Test func aCancelledJobIsDiscardedExplainedAndRetried() throws {
    let scene = try Scene(SmallExperiment(epochs: 400, methods: "[M3, TV]"))
    let worker = try scene.worker("one")
    try scene.coordinator.waitFor("chest M3 train started")
    let status = try scene.dipper("status", scene.state.path)
    #expect(status.status == 0)
    #expect(status.output.contains("running chest M3 train"), "\(status.output)")
    let socket = scene.state.appending(path: "control.sock").path
    let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions]
    #expect(mode as? Int == 0o600)

    let cancelled = try scene.dipper("cancel", scene.state.path, "chest M3 train")
    #expect(cancelled.status == 0, "\(cancelled.output)")
    #expect(cancelled.output.contains("chest M3 train cancelled; it stops after a checkpoint"))
    #expect(cancelled.output.contains("chest M3 predict cancelled"))
    #expect(try scene.coordinator.status() == 1, "\(scene.coordinator.output)")
    #expect(try worker.status(within: 20) == 0)

    let story = try scene.dipper("explain", "chest M3 train", scene.state.path)
    for event in ["planned", "attempt 1 leased to one-", "checkpoint", "given back", "cancelled"] {
      #expect(story.output.contains(event), "no `\(event)` in \(story.output)")
    }
    let ambiguous = try scene.dipper("explain", "chest M3", scene.state.path)
    #expect(ambiguous.status == 2)
    #expect(ambiguous.output.contains("chest M3 train") && ambiguous.output.contains("predict"))
    let gone = try scene.dipper("cancel", scene.state.path, "--all")
    #expect(gone.status == 3, "\(gone.output)")

    let retried = try scene.dipper("retry", scene.state.path, "--failed")
    #expect(retried.status == 0, "\(retried.output)")
    #expect(retried.output.contains("chest M3 train goes back to the queue"))
    let again = try scene.dipper(
      "run", scene.small.configuration.path, "--out", scene.state.path)
    #expect(again.status == 0, "\(again.output)")
    let longer = try scene.dipper("explain", "chest M3 train", scene.state.path)
    #expect(longer.output.contains("back to the queue"))
    #expect(longer.output.contains("attempt 2 completed"), "\(longer.output)")
    // It went on from the checkpoint that it was cancelled with.
    #expect(longer.output.contains(", from step "), "\(longer.output)")
  }

  @Test func aDrainedWorkerLeavesAndADrainedRunEndsAndGoesOn() throws {
    let scene = try Scene(SmallExperiment(epochs: 400, methods: "[M2, M3]"))
    let first = try scene.worker("first")
    try scene.coordinator.waitFor(" started on first")
    let drained = try scene.dipper("drain", scene.state.path, try scene.fullName("first"))
    #expect(drained.status == 0, "\(drained.output)")
    #expect(try first.status(within: 30) == 0, "\(first.output)")
    #expect(first.output.contains("stopped"), "\(first.output)")
    let unknown = try scene.dipper("drain", scene.state.path, "nobody")
    #expect(unknown.status == 2 && unknown.output.contains("nobody"))

    let second = try scene.worker("second")
    try scene.coordinator.waitFor(" started on second")
    let closed = try scene.dipper("drain", scene.state.path)
    #expect(closed.status == 0 && closed.output.contains("nothing more is handed out"))
    #expect(try scene.coordinator.status() == 130, "\(scene.coordinator.output)")
    #expect(try second.status(within: 20) == 0)
    #expect(scene.coordinator.output.contains("(attempt 2) done"), "\(scene.coordinator.output)")
    let rest = try scene.dipper(
      "run", scene.small.configuration.path, "-j", "2", "--out", scene.state.path)
    #expect(rest.status == 0, "\(rest.output)")
  }
}
