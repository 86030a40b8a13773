import Blobs
import Errors
import Foundation
import Jobs
import Scheduling

/// A repetition of a finished job, whose result is compared bit by bit with the recorded one. The
/// worker program computes it from the blobs of the run.
public struct JobReplay {
  /// The job that is repeated.
  public let planned: PlannedJob
  /// The attempt and result that the journal records.
  public let recorded: Completion
  private let weights: Digest?
  private let directory: RunDirectory

  /// Prepares the repetition of a job.
  ///
  /// - Throws: `DipperError` of code `jobNotIdentified` if the job is not done.
  public init(of job: JobStatus, history: RunHistory, in directory: RunDirectory) throws {
    guard let completion = job.completion else {
      throw DipperError(
        .jobNotIdentified, "\(job.planned.label) is not done: there is nothing to compare with")
    }
    let training = job.planned.dependencies.first.flatMap { history.status(of: $0) }
    guard training?.weights != nil || job.planned.dependencies.isEmpty else {
      throw DipperError(.jobNotIdentified, "the training of \(job.planned.label) is no longer done")
    }
    planned = job.planned
    recorded = completion
    self.directory = directory
    weights = training?.weights?.digest
  }

  /// The numeric mode in which the job was computed.
  private var numerics: String {
    recorded.result.fingerprint?["mode"] ?? planned.job.numerics.mode.rawValue
  }

  /// The arguments of the worker program. It reads the job from standard input.
  public var arguments: [String] {
    ["compute", "--blobs", directory.blobs.folder.path, "--numerics", numerics]
      + (weights.map { ["--weights", $0.hex] } ?? [])
  }

  /// The job for the worker program's standard input.
  public var input: Data { planned.job.canonicalForm }

  /// Decodes the result that the worker program printed, or returns nil if the text is not a
  /// result.
  public func result(from output: Data) -> JobResult? {
    try? JSONDecoder().decode(JobResult.self, from: output)
  }
}
