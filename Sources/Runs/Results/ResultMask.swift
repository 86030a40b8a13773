import Blobs
import Foundation
import Imaging
import Jobs
import Scheduling

/// A mask that a run has computed, with the ground truth with which it is scored.
package struct ResultMask {
  /// The state of a mask that the plan expects.
  package enum Availability {
    /// The mask exists and can be scored.
    case available(ResultMask)
    /// The mask does not exist yet, because its job is not done.
    case pending
    /// The file is not a usable mask. Results are checked when they arrive, so this occurs only in
    /// runs of earlier releases.
    case invalid(reason: String)
  }

  /// The bytes of the mask's PNG file.
  package let bytes: Data
  /// The mask, decoded from the file.
  package let mask: Mask
  /// The ground truth of the mask's case.
  package let groundTruth: Mask
  /// The output in the job's result that refers to the mask.
  package let output: JobOutput
  /// The attempt and worker that finished the job.
  package let completion: Completion

  /// Reads the masks of a job, in the order of its cases.
  ///
  /// - Throws: `DipperError` if a mask is missing or its bytes are damaged; as
  ///   `GroundTruthCache.mask`.
  package static func all(
    of scoring: Scoring, history: RunHistory, in directory: RunDirectory,
    groundTruth: inout GroundTruthCache
  ) throws -> [Availability] {
    let completion = history.status(of: scoring.job)?.completion
    return try scoring.cases.enumerated().map { index, id in
      guard let completion,
        let output = completion.result.outputs.first(where: { $0.role == .mask(case: index) })
      else { return .pending }
      let name = CaseName(dataset: scoring.dataset, id: id)
      let bytes = try directory.blobs.get(output.blob.digest)
      let groundTruth = try groundTruth.mask(of: name)
      do {
        let mask = try Mask(
          decodingPNG: bytes, width: groundTruth.width, height: groundTruth.height,
          name: "the mask that \(completion.worker) computed for \(name)")
        return .available(
          ResultMask(
            bytes: bytes, mask: mask, groundTruth: groundTruth, output: output,
            completion: completion))
      } catch { return .invalid(reason: "\(error)") }
    }
  }
}
