import Errors
import Experiments
import Foundation
import Imaging
import Jobs

/// The contents of a case's files. Workers receive the image and the markers; the ground truth
/// stays on the run's machine.
struct CaseContents {
  let image: Data
  let markers: Data
  let groundTruth: Mask
  /// The ground truth as a PNG file, as it is stored in a run directory.
  let groundTruthFile: Data

  /// Creates the contents and encodes the ground truth.
  ///
  /// - Throws: `DipperError` if the ground truth cannot be encoded.
  init(image: Data, markers: Data, groundTruth: Mask) throws {
    self.image = image
    self.markers = markers
    self.groundTruth = groundTruth
    groundTruthFile = try groundTruth.encodedPNG()
  }

  /// The digests that name the case's inputs in a plan.
  var input: CaseInput { CaseInput(image: Digest(of: image), markers: Digest(of: markers)) }
}

/// A case whose files have been read and checked.
///
/// The contents are read again when they are needed, because thousands of slices may not fit into
/// memory.
package struct CheckedCase {
  let split: DatasetDescriptor.Split
  /// The name and input digests of the case, which the planner uses.
  let planned: DatasetCase
  /// The digest of the ground truth's file in a run directory.
  let groundTruth: Digest
  private let read: @Sendable () throws -> CaseContents

  /// Creates a case whose files have just been read and checked.
  ///
  /// - Parameters:
  ///   - contents: the contents that `read` has just returned.
  ///   - read: reads the case's files.
  init(
    id: String, split: DatasetDescriptor.Split, contents: CaseContents,
    reading read: @escaping @Sendable () throws -> CaseContents
  ) {
    self.split = split
    self.read = read
    planned = DatasetCase(id: id, input: contents.input)
    groundTruth = Digest(of: contents.groundTruthFile)
  }

  /// Reads the case's files again.
  ///
  /// - Throws: `DipperError` of code `datasetUnusable` if the files have changed since they were
  ///   checked; the error of a file that cannot be read.
  func contents() throws -> CaseContents {
    let contents = try read()
    guard contents.input == planned.input, Digest(of: contents.groundTruthFile) == groundTruth
    else {
      throw DipperError(
        .datasetUnusable,
        "the image, markers or ground truth of case \(planned.id) changed while they were read; "
          + "start again")
    }
    return contents
  }
}

/// A data set whose cases have all been read and checked.
package struct CheckedDataset {
  let name: String
  let window: IntensityWindow
  package let cases: [CheckedCase]

  /// The names and input digests of the cases, which the planner uses.
  package var planned: Dataset {
    Dataset(
      name: name, window: window, train: cases.filter { $0.split == .train }.map(\.planned),
      test: cases.filter { $0.split == .test }.map(\.planned))
  }
}
