import Blobs
import Evaluation
import Experiments
import Foundation
import Imaging
import Scheduling

/// A mask that a run has made, against the truth.
struct ScoredMask {
  let bytes: Data
  let output: JobOutput
  let completion: Completion
  let overlap: Overlap

  /// The masks of a job by its cases; nil where it is not done.
  ///
  /// - Throws: `BlobError` where a mask is missing or damaged; `ImagingError` where a truth is.
  static func all(
    of scoring: Scoring, _ known: CoordinatorState, in state: StateFolder
  ) throws -> [ScoredMask?] {
    let completion = known.status(of: scoring.job)?.completion
    return try scoring.cases.enumerated().map { index, id in
      guard let completion,
        let output = completion.result.outputs.first(where: { $0.role == .mask(case: index) })
      else { return nil }
      let bytes = try state.blobs.get(output.blob.digest)
      let name = "the mask of \(scoring.dataset) \(scoring.method.rawValue) \(id)"
      let overlap = try Overlap(
        of: Mask(decoding: bytes, name: name), against: state.truth(scoring.dataset, id))
      return ScoredMask(bytes: bytes, output: output, completion: completion, overlap: overlap)
    }
  }
}
