import Experiments
import Foundation
import Imaging
import Jobs

/// What the files of a case hold: what workers may have, and the truth, which they may not.
struct CaseContents {
  let image: Data
  let markers: Data
  let truth: Mask
  /// The truth as it lies in a run's folder.
  let truthFile: Data

  /// - Throws: `ImagingError` where the truth cannot be encoded.
  init(image: Data, markers: Data, truth: Mask) throws {
    (self.image, self.markers, self.truth) = (image, markers, truth)
    truthFile = try truth.encodedPNG()
  }

  /// The digests that stand for it in a plan.
  var input: CaseInput { CaseInput(image: Digest(of: image), markers: Digest(of: markers)) }
}

/// A case whose contents are sound. They are read again when they are wanted: of thousands of slices
/// all may be more than memory holds.
struct CheckedCase {
  let split: DatasetDescriptor.Split
  /// The case as the planner sees it.
  let planned: DatasetCase
  /// The digest of the truth's file in a run's folder.
  let truth: Digest
  private let read: @Sendable () throws -> CaseContents

  /// - Parameters:
  ///   - contents: what `read` has just given.
  ///   - read: reads the case's files.
  init(
    id: String, split: DatasetDescriptor.Split, _ contents: CaseContents,
    reading read: @escaping @Sendable () throws -> CaseContents
  ) {
    (self.split, self.read) = (split, read)
    planned = DatasetCase(id: id, input: contents.input)
    truth = Digest(of: contents.truthFile)
  }

  /// The contents.
  ///
  /// - Throws: `CoordinatorError` of code `data` where they are others than when they were checked; what
  ///   reading throws.
  func contents() throws -> CaseContents {
    let contents = try read()
    guard contents.input == planned.input, Digest(of: contents.truthFile) == truth else {
      throw CoordinatorError(
        .data, "image, markers or truth of case \(planned.id) have just been changed; start again")
    }
    return contents
  }
}

/// A data set whose cases are sound.
struct CheckedDataset {
  let name: String
  let window: IntensityWindow
  let cases: [CheckedCase]

  /// The data set as the planner sees it.
  var planned: Dataset {
    Dataset(
      name: name, window: window, train: cases.filter { $0.split == .train }.map(\.planned),
      test: cases.filter { $0.split == .test }.map(\.planned))
  }
}
