import Experiments
import Foundation
import Jobs

/// What the import of one volume gave: enough to describe it, and to go on after an interruption.
struct VolumeRecord: Hashable, Codable {
  /// A file that was read.
  struct Source: Hashable, Codable {
    /// Relative to the import's source.
    var path: String
    var sha256: Digest
  }

  /// A slice that became a case.
  struct Slice: Hashable, Codable {
    var id: String
    /// From the feet, from 0.
    var index: Int
    /// Pixels of the object.
    var area: Int
    /// Intensities inside the object, as `Fingerprint.percentiles`.
    var objectPercentiles: [Double]
    /// The digests of image, mask and markers as they were written.
    var written: [Digest]
  }

  var pair: VolumePair
  var split: DatasetDescriptor.Split
  var sources: [Source]
  var fingerprint: Fingerprint
  /// Empty where the object is too small everywhere.
  var slices: [Slice]
  /// What a person should know.
  var note: String?
}

extension DatasetDescriptor.Split: Codable {}

/// What the import as a whole was asked for; another request must not go into the same folder.
struct ImportRecord: Hashable, Codable {
  /// Its form; a change of what the files mean gets a new number.
  var version = 1
  /// Where the source lay.
  var source: String
  var request: ImportRequest

  /// Where it lies in the data set's folder.
  static let file = "import.json"
}

/// The paths of a case's files in a data set's folder.
struct CasePaths {
  let image: String
  let truth: String
  let markers: String

  init(_ id: String) {
    image = "images/\(id).nii.gz"
    truth = "masks/\(id).png"
    markers = "markers/\(id).json"
  }

  var all: [String] { [image, truth, markers] }
}

/// Readable and, for equal values, equal bytes.
func encoded(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}
