import Experiments
import Foundation
import Imaging

/// A case in memory: what workers may have, and the truth, which they may not.
struct LoadedCase {
  let id: String
  let split: DatasetDescriptor.Split
  let imageBytes: Data
  let markerBytes: Data
  let truth: Mask

  /// The digests that stand for it in a plan.
  var planned: DatasetCase {
    DatasetCase(
      id: id, input: CaseInput(image: Digest(of: imageBytes), markers: Digest(of: markerBytes)))
  }
}

/// A data set in memory.
struct LoadedDataset {
  let name: String
  let window: IntensityWindow
  let cases: [LoadedCase]

  /// The data set as the planner sees it.
  var planned: Dataset {
    Dataset(
      name: name, window: window, train: cases.filter { $0.split == .train }.map(\.planned),
      test: cases.filter { $0.split == .test }.map(\.planned))
  }
}
