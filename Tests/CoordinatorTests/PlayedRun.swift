import Blobs
import Coordinator
import Foundation
import Imaging
import Jobs
import Scheduling

/// A stored experiment whose results a test makes up.
struct PlayedRun {
  let data: DatasetFolder
  let experiment: Experiment
  let state: StateFolder
  private(set) var events: [JournalEvent]

  init(
    spacing: Spacing = .unit, renamed name: String = "x", methods: String = "[M3, TV]"
  ) throws {
    data = try DatasetFolder(spacing: spacing, experiment: name, methods: methods)
    experiment = try data.experiment()
    state = try StateFolder(at: data.file("run"))
    try experiment.store(in: state)
    events = experiment.plan.jobs.map { .submitted($0) }
  }

  func job(_ label: String) -> PlannedJob? { experiment.plan.jobs.first { $0.label == label } }

  func remove() { data.remove() }

  /// Ends a job: `masks` for its cases, in order, and a training's curve as text.
  mutating func complete(
    _ planned: PlannedJob, masks: [Mask], curve: Data? = nil, attempt number: Int = 1,
    fingerprint: [String: String]? = nil, metrics: [String: Double] = [:]
  ) throws {
    let worker = WorkerID("node-1")
    let attempt = Attempt(job: planned.id, number: number)
    var outputs = try masks.enumerated().map { index, mask in
      JobOutput(
        role: .mask(case: index), blob: try state.blobs.put(mask.encodedPNG()), seconds: 1.5)
    }
    if planned.job.kind == .train {
      outputs = [JobOutput(role: .weights, blob: try state.blobs.put(Data("w".utf8)), seconds: 9)]
    }
    if let curve {
      outputs.append(JobOutput(role: .curve, blob: try state.blobs.put(curve), seconds: 0))
    }
    let result = JobResult(
      outputs: outputs, metrics: metrics, seconds: 3, peakMemory: 1, fingerprint: fingerprint)
    events += [.leased(attempt, to: worker), .completed(attempt, by: worker, result)]
  }

  /// Has a job that is done wait again.
  mutating func setBack(_ planned: PlannedJob) {
    events.append(.requeued(planned.id, reason: "lost"))
  }

  mutating func discard(_ planned: PlannedJob, reason: String) {
    events.append(.discarded(planned.id, reason: reason))
  }
}
