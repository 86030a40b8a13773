import Foundation
import Imaging
import Jobs
import RunFixtures
import Runs
import Scheduling
import Testing

/// The snapshot of a run, from a run directory and from a coordinator.
struct RunSnapshotTests {
  private func snapshot(
    _ run: RecordedRun, coordinatorIsRunning: Bool = false
  ) throws -> RunSnapshot {
    RunSnapshot(
      of: try RunDirectory.existing(at: run.directory.folder).manifest, history: run.history,
      coordinatorIsRunning: coordinatorIsRunning)
  }

  private func solve(_ id: String, in run: inout RecordedRun) throws {
    let mask = try Mask(contentsOf: run.data.file("\(id).png"))
    let planned = try #require(run.job("set TV solve \(id)"))
    try run.complete(planned, masks: [mask], metrics: ["energy": -2, "residual": .infinity])
  }

  @Test("a run with jobs left and no open attempt was interrupted")
  func interrupted() throws {
    var run = try RecordedRun()
    defer { run.remove() }
    try solve("c3", in: &run)
    let snapshot = try snapshot(run)
    #expect(snapshot.phase == .interrupted)
    #expect(snapshot.experiment == "x" && snapshot.version == RunSnapshot.currentVersion)
    #expect(snapshot.counts.done == 1 && snapshot.counts.total == 4)
    // The prediction waits for its training; the training and the other solve wait for a worker.
    #expect(snapshot.counts.waiting == 1 && snapshot.counts.ready == 2)
  }

  @Test("a run with an open attempt and no coordinator has crashed")
  func crashed() throws {
    var run = try RecordedRun()
    defer { run.remove() }
    run.lease(try #require(run.job("set M3 train")))
    let snapshot = try snapshot(run)
    #expect(snapshot.phase == .crashed && snapshot.counts.running == 1)
    let job = try #require(snapshot.jobs.first { $0.label == "set M3 train" })
    #expect(job.state == "running" && job.worker == "node-1" && job.attempts == 1)
    #expect(try self.snapshot(run, coordinatorIsRunning: true).phase == .running)
  }

  @Test("a run whose jobs are all done or discarded is finished, with the reasons")
  func finished() throws {
    var run = try RecordedRun(methods: "[TV]")
    defer { run.remove() }
    try solve("c3", in: &run)
    run.discard(try #require(run.job("set TV solve c4")), reason: "no memory")
    let snapshot = try snapshot(run)
    #expect(snapshot.phase == .finished)
    let done = try #require(snapshot.jobs.first { $0.state == "done" })
    #expect(done.metrics == ["energy": -2] && done.seconds == 3 && done.worker == "node-1")
    let discarded = try #require(snapshot.jobs.first { $0.state == "discarded" })
    #expect(discarded.reason == "no memory" && discarded.seconds == nil)
    let text = snapshot.lines.joined(separator: "\n")
    #expect(text.contains("x: finished; 1 of 2 jobs done"), "\(text)")
    #expect(text.contains("discarded set TV solve c4: no memory"), "\(text)")
  }

  @Test("a sweep whose settings are not chosen yet is not finished")
  func awaitsSelection() throws {
    var run = try RecordedRun(methods: "[TV]\nsweep: {grid: {energy.theta: [2, 3]}}")
    defer { run.remove() }
    for planned in run.experiment.plan.jobs {
      let mask = try Mask(contentsOf: run.data.file("\(planned.cases[0]).png"))
      try run.complete(planned, masks: [mask])
    }
    let snapshot = try snapshot(run)
    #expect(snapshot.awaitsSelection && snapshot.phase == .interrupted)
    #expect(snapshot.counts.done == snapshot.counts.total)
  }

  @Test("a coordinator's snapshot names its workers, their attempts and the last metrics")
  func ofCoordinator() throws {
    let run = try RecordedRun(methods: "[TV]")
    defer { run.remove() }
    var state = CoordinatorState(settings: CoordinatorSettings())
    let plan = run.experiment.plan
    _ = state.apply(.submitted(plan.jobs), at: .origin)
    let worker = WorkerID("node-7")
    let description = WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:])
    _ = state.apply(.received(.join(description, holding: []), from: worker), at: .origin)
    let attempt = try #require(state.running.first).attempt
    let progress = JobProgress(step: 7, total: 9, metrics: ["loss": 0.5])
    _ = state.apply(.received(.progress(attempt, progress), from: worker), at: .origin)
    let snapshot = RunSnapshot(of: state, plan: plan, awaitsSelection: false)
    #expect(snapshot.phase == .running)
    #expect(snapshot.workers.map(\.id) == ["node-7"] && snapshot.workers[0].jobs == 1)
    let job = try #require(snapshot.jobs.first { $0.state == "running" })
    #expect(job.step == 7 && job.totalSteps == 9 && job.metrics == ["loss": 0.5])
    #expect(snapshot.counts.ready == 1 && snapshot.secondsLeft == nil)
    #expect(snapshot.lines.contains { $0.contains("step 7 of 9, loss 0.5000, on node-7") })
  }

  @Test("a snapshot comes back from its JSON")
  func roundTrip() throws {
    var run = try RecordedRun()
    defer { run.remove() }
    try solve("c3", in: &run)
    let snapshot = try snapshot(run)
    let json = try JSONEncoder().encode(snapshot)
    #expect(try JSONDecoder().decode(RunSnapshot.self, from: json) == snapshot)
  }
}
