import Blobs
import Foundation
import Jobs
import Scheduling

/// Computes a finished job once more, by the worker program and from the run's own blobs, and
/// compares the bits.
public struct JobReplay {
  /// The job.
  public let planned: PlannedJob
  /// How it was done.
  public let recorded: Completion
  private let weights: Digest?
  private let folder: StateFolder

  /// - Throws: `CoordinatorError` of code `job` where the job is not done.
  public init(_ job: JobStatus, among ledger: JobLedger, in folder: StateFolder) throws {
    guard let completion = job.completion else {
      throw CoordinatorError(
        .job, "\(job.planned.label) is not done: there is nothing to compare with")
    }
    let training = job.planned.dependencies.first.flatMap { ledger.status(of: $0) }
    guard training?.weights != nil || job.planned.dependencies.isEmpty else {
      throw CoordinatorError(.job, "the training of \(job.planned.label) is not done any more")
    }
    (planned, recorded, self.folder) = (job.planned, completion, folder)
    weights = training?.weights?.digest
  }

  /// The numeric mode in which the job was computed.
  private var numerics: String {
    recorded.result.fingerprint?["mode"] ?? planned.job.numerics.mode?.rawValue
      ?? NumericMode.native.rawValue
  }

  /// Runs `dipper-worker compute` to its end.
  ///
  /// - Throws: `CoordinatorError` of code `workers`.
  public func compute(by worker: WorkerProgram) throws -> JobResult {
    let arguments =
      ["compute", "--blobs", folder.blobs.folder.path, "--numerics", numerics]
      + (weights.map { ["--weights", $0.hex] } ?? [])
    let answer = try worker.run(arguments, input: planned.job.canonicalForm)
    guard answer.status == 0,
      let result = try? JSONDecoder().decode(JobResult.self, from: answer.output)
    else {
      throw CoordinatorError(
        .workers,
        "\(worker.file.path) could not compute \(planned.label) (status \(answer.status))")
    }
    return result
  }
}
