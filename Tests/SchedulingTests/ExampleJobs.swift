import Foundation
import Jobs
import Scheduling
import TestSupport

/// Small jobs for tests. Equal arguments give equal jobs.
enum ExampleJobs {
  static let blob = BlobReference(digest: Digest(of: Data("blob".utf8)), size: 4)

  static func blob(_ name: String) -> BlobReference {
    BlobReference(digest: Digest(of: Data(name.utf8)), size: name.utf8.count)
  }

  static func solve(_ number: Int) -> PlannedJob {
    planned(.example(.solve, number: number), number: number, cost: 1)
  }

  static func train(_ number: Int, on device: CUDADevice? = nil) -> PlannedJob {
    planned(.example(.train, number: number).on(device), number: number, cost: 9)
  }

  static func predict(_ number: Int, after train: PlannedJob) -> PlannedJob {
    // Predictions by one training differ by their cases only.
    let input = CaseInput(
      image: blob("image \(number)").digest, markers: blob("markers \(number)").digest)
    let job = Job.example(.predict, number: number, inputs: [input], weights: train.id)
    return planned(job, number: number, cost: 1)
  }

  static func result(of job: Job, name: String = "") -> JobResult {
    let outputs =
      job.kind == .train
      ? [JobOutput(role: .weights, blob: blob("weights \(name)"), seconds: 1)]
      : job.inputs.indices.map {
        JobOutput(role: .mask(case: $0), blob: blob("mask \($0) \(name)"), seconds: 1)
      }
    return JobResult(outputs: outputs, metrics: ["energy": 1], seconds: 2, peakMemory: 1)
  }

  static func checkpoint(_ step: Int) -> Checkpoint {
    Checkpoint(step: step, blob: blob("checkpoint \(step)"))
  }

  private static func planned(_ job: Job, number: Int, cost: Double) -> PlannedJob {
    PlannedJob(job: job, dataset: "lung", cases: ["\(number)"], cost: cost)
  }
}

/// A coordinator in a test, with its journal, its clock and the messages of its workers.
struct CoordinatorHarness {
  var state: CoordinatorState
  var journal: [JournalEvent] = []
  var now = Instant.origin

  init(_ jobs: [PlannedJob], settings: CoordinatorSettings = CoordinatorSettings()) {
    state = CoordinatorState(settings: settings)
    apply(.submitted(jobs))
  }

  @discardableResult
  mutating func apply(_ stimulus: CoordinatorStimulus) -> [CoordinatorDirective] {
    let directives = state.apply(stimulus, at: now)
    for case .record(let events) in directives { journal += events }
    return directives
  }

  @discardableResult
  mutating func hear(_ message: WorkerMessage, from worker: String) -> [CoordinatorDirective] {
    apply(.received(message, from: WorkerID(worker)))
  }

  @discardableResult
  mutating func join(
    _ worker: String, credit: Int = 1, holding: [Attempt] = [], fingerprint: [String: String] = [:]
  ) -> [CoordinatorDirective] {
    let description = WorkerDescription(
      host: "node", process: 1, credit: credit, fingerprint: fingerprint)
    return hear(
      .join(description, holding: holding.map { HeldAttempt(attempt: $0, step: 0) }), from: worker)
  }

  /// Lets time pass in ticks while these workers send heartbeats.
  @discardableResult
  mutating func wait(_ duration: Duration, beating: [String] = []) -> [CoordinatorDirective] {
    var directives: [CoordinatorDirective] = []
    for _ in 0..<Int(duration / .milliseconds(500)) {
      now += .milliseconds(500)
      for worker in beating { directives += hear(.heartbeat, from: worker) }
      directives += apply(.tick)
    }
    return directives
  }

  /// Ends the worker's process, which the coordinator notices when it cannot deliver a message.
  @discardableResult
  mutating func lose(_ worker: String) -> [CoordinatorDirective] {
    apply(.unreachable(WorkerID(worker))) + wait(.seconds(2))
  }

  /// Ends the worker's process, which its launcher reports.
  @discardableResult
  mutating func kill(_ worker: String, reason: String) -> [CoordinatorDirective] {
    apply(.died(WorkerID(worker), reason: reason)) + wait(.seconds(2))
  }

  /// Kills the coordinator and starts it again on its journal.
  mutating func restart(_ jobs: [PlannedJob]) -> [CoordinatorDirective] {
    state = CoordinatorState(
      resuming: JobLedger(folding: journal), settings: state.settings)
    now += .seconds(100)
    return apply(.submitted(jobs))
  }

  func state(of job: PlannedJob) -> JobState? { state.status(of: job.id)?.state }
}

extension [CoordinatorDirective] {
  /// Returns the messages to this worker.
  func messages(to worker: String) -> [CoordinatorMessage] {
    compactMap { directive in
      if case .send(let message, let receiver) = directive, receiver.name == worker {
        return message
      }
      return nil
    }
  }

  /// Returns the leases to this worker.
  func leases(to worker: String) -> [Lease] {
    messages(to: worker).compactMap { if case .lease(let lease) = $0 { lease } else { nil } }
  }

  var events: [JournalEvent] {
    flatMap { directive -> [JournalEvent] in
      if case .record(let events) = directive { events } else { [] }
    }
  }
}

extension PlannedJob {
  func attempt(_ number: Int) -> Attempt { Attempt(job: id, number: number) }
}
