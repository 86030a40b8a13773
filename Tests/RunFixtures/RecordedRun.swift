import Blobs
import Foundation
import Imaging
import Jobs
import Runs
import Scheduling

/// A stored experiment whose results a test invents.
package struct RecordedRun {
  /// The data set of the experiment.
  package let data: PhantomDataset
  /// The experiment of the run.
  package let experiment: Experiment
  /// The directory of the run.
  package let directory: RunDirectory
  /// The events of the run's journal.
  package private(set) var events: [JournalEvent]

  /// Stores an experiment whose jobs are submitted and not done.
  package init(
    spacing: Spacing = .unknown, renamed name: String = "x", methods: String = "[M3, TV]"
  ) throws {
    data = try PhantomDataset(spacing: spacing, experiment: name, methods: methods)
    experiment = try data.experiment()
    directory = try RunDirectory(at: data.file("run"))
    try experiment.store(in: directory)
    events = experiment.plan.jobs.map { .submitted($0) }
  }

  /// The fold of the events.
  package var history: RunHistory { RunHistory(folding: events) }

  /// Looks up a job by its label.
  package func job(_ label: String) -> PlannedJob? {
    experiment.plan.jobs.first { $0.label == label }
  }

  /// Removes the data set with the run directory.
  package func remove() { data.remove() }

  /// Finishes a job with masks for its cases, in order, and for a training with the text of its curve.
  package mutating func complete(
    _ planned: PlannedJob, masks: [Mask], curve: Data? = nil, attempt number: Int = 1,
    fingerprint: [String: String]? = nil, metrics: [String: Double] = [:]
  ) throws {
    let worker = WorkerID("node-1")
    let attempt = Attempt(job: planned.id, number: number)
    var outputs = try masks.enumerated().map { index, mask in
      JobOutput(
        role: .mask(case: index), blob: try directory.blobs.put(mask.encodedPNG()), seconds: 1.5)
    }
    if planned.job.kind == .train {
      let weights = try directory.blobs.put(Data("w".utf8))
      outputs = [JobOutput(role: .weights, blob: weights, seconds: 9)]
    }
    if let curve {
      outputs.append(JobOutput(role: .curve, blob: try directory.blobs.put(curve), seconds: 0))
    }
    let result = JobResult(
      outputs: outputs, metrics: metrics, seconds: 3, peakMemory: 1, fingerprint: fingerprint)
    events += [.leased(attempt, to: worker), .completed(attempt, by: worker, result)]
  }

  /// Puts a finished job back into the queue.
  package mutating func requeue(_ planned: PlannedJob) {
    events.append(.requeued(planned.id, reason: "lost"))
  }

  /// Leases a job to a worker that never answers.
  package mutating func lease(_ planned: PlannedJob, attempt number: Int = 1) {
    events.append(
      .leased(Attempt(job: planned.id, number: number), to: WorkerID("node-1")))
  }

  /// Discards a job for a reason.
  package mutating func discard(_ planned: PlannedJob, reason: String) {
    events.append(.discarded(planned.id, reason: reason))
  }
}
