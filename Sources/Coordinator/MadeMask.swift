import Blobs
import Experiments
import Foundation
import Imaging
import Scheduling

/// A mask that a run has made.
struct MadeMask {
  let bytes: Data
  let mask: Mask
  let output: JobOutput
  let completion: Completion

  /// The masks of a job by its cases; nil where it is not done.
  ///
  /// - Throws: `BlobError` where a mask is missing; `ImagingError` where one is damaged.
  static func all(
    of scoring: Scoring, _ known: CoordinatorState, in state: StateFolder
  ) throws -> [MadeMask?] {
    let completion = known.status(of: scoring.job)?.completion
    return try scoring.cases.enumerated().map { index, id in
      guard let completion,
        let output = completion.result.outputs.first(where: { $0.role == .mask(case: index) })
      else { return nil }
      let bytes = try state.blobs.get(output.blob.digest)
      let name = "the mask of \(scoring.dataset) \(scoring.method.rawValue) \(id)"
      return MadeMask(
        bytes: bytes, mask: try Mask(decoding: bytes, name: name), output: output,
        completion: completion)
    }
  }
}
