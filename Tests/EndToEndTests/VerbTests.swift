import Foundation
import TestTraits
import Testing

/// The verbs that talk to a running coordinator, and those that read a run directory.
@Suite(.serialized, .temporaryFolder) struct VerbTests {
  /// A coordinator process of an experiment, for which a test starts workers.
  private struct CoordinatedExperiment {
    let small: SmallExperiment
    let state: URL
    let coordinator: RunningProgram
    let endpoint: String

    init(_ small: SmallExperiment) throws {
      self.small = small
      state = small.state("state")
      coordinator = try Program.dipper.start([
        "coordinator", small.configuration.path, "--listen", "tcp://127.0.0.1:*", "--state",
        state.path,
      ])
      try coordinator.waitFor("start workers with")
      endpoint = try coordinator.endpoint()
    }

    func worker(_ name: String) throws -> RunningProgram {
      try Program.worker.start([
        "--connect", endpoint, "--name", name, "--cache", small.state("cache-\(name)").path,
      ])
    }

    func dipper(_ arguments: String...) throws -> ProgramOutcome {
      try Program.dipper.run(arguments)
    }

    /// Returns the full name of the worker started under `name`, from `dipper status`.
    func fullName(of name: String) throws -> String {
      let words = try dipper("status", state.path).output.split(separator: " ")
      return String(try #require(words.first { $0.hasPrefix("\(name)-") }))
    }
  }

  @Test("a cancelled job is discarded, explained and retried from its checkpoint")
  func cancelAndRetry() throws {
    let run = try CoordinatedExperiment(SmallExperiment(epochs: 400, methods: "[M3, TV]"))
    let worker = try run.worker("one")
    try run.coordinator.waitFor("chest M3 train started")
    let status = try run.dipper("status", run.state.path)
    #expect(status.status == 0)
    #expect(status.output.contains("running chest M3 train"), "\(status.output)")
    let socket = run.state.appending(path: "control.sock").path
    let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions]
    #expect(mode as? Int == 0o600)

    let cancelled = try run.dipper("cancel", run.state.path, "chest M3 train")
    #expect(cancelled.status == 0, "\(cancelled.output)")
    #expect(cancelled.output.contains("chest M3 train cancelled; it stops after a checkpoint"))
    #expect(cancelled.output.contains("chest M3 predict cancelled"))
    #expect(try run.coordinator.status() == 1, "\(run.coordinator.output)")
    #expect(try worker.status(within: .seconds(20)) == 0)

    let story = try run.dipper("explain", "chest M3 train", run.state.path)
    for event in [
      "planned", "attempt 1 leased to one-", "checkpoint", "returned unfinished", "cancelled",
    ] {
      #expect(story.output.contains(event), "no `\(event)` in \(story.output)")
    }
    let ambiguous = try run.dipper("explain", "chest M3", run.state.path)
    #expect(ambiguous.status == 2)
    #expect(ambiguous.output.contains("chest M3 train") && ambiguous.output.contains("predict"))
    let gone = try run.dipper("cancel", run.state.path, "--all")
    #expect(gone.status == 3, "\(gone.output)")

    let retried = try run.dipper("retry", run.state.path, "--failed")
    #expect(retried.status == 0, "\(retried.output)")
    #expect(retried.output.contains("chest M3 train was put back into the queue"))
    let again = try run.dipper(
      "run", run.small.configuration.path, "--out", run.state.path)
    #expect(again.status == 0, "\(again.output)")
    let longer = try run.dipper("explain", "chest M3 train", run.state.path)
    #expect(longer.output.contains("back into the queue"))
    #expect(longer.output.contains("attempt 2 completed"), "\(longer.output)")
    // The second attempt continued from the checkpoint of the cancelled one.
    #expect(longer.output.contains(", from step "), "\(longer.output)")
  }

  @Test("a drained worker leaves, and a drained run ends and can be continued")
  func drain() throws {
    let run = try CoordinatedExperiment(SmallExperiment(epochs: 400, methods: "[M2, M3]"))
    let first = try run.worker("first")
    try run.coordinator.waitFor(" started on first")
    let drained = try run.dipper("drain", run.state.path, try run.fullName(of: "first"))
    #expect(drained.status == 0, "\(drained.output)")
    #expect(try first.status(within: .seconds(30)) == 0, "\(first.output)")
    #expect(first.output.contains("stopped"), "\(first.output)")
    let unknown = try run.dipper("drain", run.state.path, "nobody")
    #expect(unknown.status == 2 && unknown.output.contains("nobody"))

    let second = try run.worker("second")
    try run.coordinator.waitFor(" started on second")
    let closed = try run.dipper("drain", run.state.path)
    #expect(closed.status == 0 && closed.output.contains("no more jobs are handed out"))
    #expect(try run.coordinator.status() == 130, "\(run.coordinator.output)")
    #expect(try second.status(within: .seconds(20)) == 0)
    #expect(run.coordinator.output.contains("(attempt 2) done"), "\(run.coordinator.output)")
    let rest = try run.dipper(
      "run", run.small.configuration.path, "-j", "2", "--out", run.state.path)
    #expect(rest.status == 0, "\(rest.output)")
  }

  /// The fields of `dipper status --json` that the test reads.
  private struct Status: Decodable {
    struct StatusCounts: Decodable {
      var done: Int
      var running: Int
    }

    struct StatusWorker: Decodable { var id: String }

    var version: Int
    var experiment: String
    var phase: String
    var counts: StatusCounts
    var workers: [StatusWorker]
  }

  private func status(of run: CoordinatedExperiment) throws -> Status {
    let outcome = try run.dipper("status", "--json", run.state.path)
    #expect(outcome.status == 0, "\(outcome.output)")
    return try JSONDecoder().decode(Status.self, from: Data(outcome.output.utf8))
  }

  @Test("status shows a run that is running, crashed and finished")
  func status() throws {
    let run = try CoordinatedExperiment(SmallExperiment(epochs: 400, methods: "[M2]"))
    let worker = try run.worker("one")
    try run.coordinator.waitFor("chest M2 train started")
    let running = try status(of: run)
    #expect(running.version == 1 && running.experiment == "small" && running.phase == "running")
    #expect(running.counts.running == 1 && running.workers.count == 1)
    #expect(running.workers[0].id.hasPrefix("one-"))

    run.coordinator.signal(SIGKILL)
    _ = try run.coordinator.status()
    worker.signal(SIGKILL)
    _ = try worker.status()
    let crashed = try status(of: run)
    #expect(crashed.phase == "crashed" && crashed.workers.isEmpty)
    let text = try run.dipper("status", run.state.path)
    #expect(text.output.contains("small: crashed (the same command continues)"), "\(text.output)")

    let rest = try run.dipper("run", run.small.configuration.path, "--out", run.state.path)
    #expect(rest.status == 0, "\(rest.output)")
    let finished = try status(of: run)
    #expect(finished.phase == "finished" && finished.counts.done == 2)
  }
}
