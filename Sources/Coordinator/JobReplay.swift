import Blobs
import Experiments
import Foundation
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
  public init(_ job: JobStatus, among state: CoordinatorState, in folder: StateFolder) throws {
    guard let completion = job.completion else {
      throw CoordinatorError(
        .job, "\(job.planned.label) is not done: there is nothing to compare with")
    }
    let training = job.planned.dependencies.first.flatMap { state.status(of: $0) }
    guard training?.weights != nil || job.planned.dependencies.isEmpty else {
      throw CoordinatorError(.job, "the training of \(job.planned.label) is not done any more")
    }
    (planned, recorded, self.folder) = (job.planned, completion, folder)
    weights = training?.weights?.digest
  }

  /// The numeric mode in which the job was computed.
  private var numerics: String {
    recorded.result.passport?["mode"] ?? planned.job.numerics.mode?.rawValue
      ?? NumericMode.native.rawValue
  }

  /// Runs `dipper-worker compute` at `worker` to its end; what it says goes to standard error.
  ///
  /// - Throws: `CoordinatorError` of code `workers`.
  public func compute(by worker: URL) throws -> JobResult {
    let process = Process()
    process.executableURL = worker
    process.arguments =
      ["compute", "--blobs", folder.blobs.folder.path, "--numerics", numerics]
      + (weights.map { ["--weights", $0.hex] } ?? [])
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    do { try process.run() } catch {
      throw CoordinatorError(.workers, "cannot start \(worker.path)", cause: error)
    }
    // A worker that ends without reading leaves a closed pipe, and its status says why.
    try? input.fileHandleForWriting.write(contentsOf: planned.job.canonicalForm)
    try? input.fileHandleForWriting.close()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0,
      let result = try? JSONDecoder().decode(JobResult.self, from: text)
    else {
      throw CoordinatorError(
        .workers,
        "\(worker.path) could not compute \(planned.label) (status \(process.terminationStatus))")
    }
    return result
  }
}
