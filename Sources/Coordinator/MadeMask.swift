import Blobs
import Foundation
import Imaging
import Jobs
import Scheduling

/// A mask that a run has made.
struct MadeMask {
  /// What has become of a mask.
  enum Finding {
    case made(MadeMask)
    /// Its job is not done.
    case open
    /// It is no mask; in a run from before results were looked into as they come.
    case unusable(reason: String)
  }

  let bytes: Data
  let mask: Mask
  /// By which it is scored.
  let truth: Mask
  let output: JobOutput
  let completion: Completion

  /// The masks of a job by its cases.
  ///
  /// - Throws: `BlobError` where a mask is missing or its bytes are damaged; as `Truths.truth`.
  static func all(
    of scoring: Scoring, _ known: JobLedger, in state: StateFolder, _ truths: inout Truths
  ) throws -> [Finding] {
    let completion = known.status(of: scoring.job)?.completion
    return try scoring.cases.enumerated().map { index, id in
      guard let completion,
        let output = completion.result.outputs.first(where: { $0.role == .mask(case: index) })
      else { return .open }
      let name = CaseName(dataset: scoring.dataset, id: id)
      let bytes = try state.blobs.get(output.blob.digest)
      let truth = try truths.truth(name)
      do {
        let mask = try Mask(
          decodingPNG: bytes, width: truth.width, height: truth.height,
          name: "the mask that \(completion.worker) made of \(name)")
        return .made(
          MadeMask(
            bytes: bytes, mask: mask, truth: truth, output: output, completion: completion))
      } catch { return .unusable(reason: "\(error)") }
    }
  }
}
