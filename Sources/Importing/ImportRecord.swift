import Experiments
import Foundation
import Imaging
import Jobs

/// The record of the import of one volume, from which the volume is described and an interrupted
/// import resumes.
struct VolumeRecord: Hashable, Codable {
  /// A file that was read, with its digest.
  struct Source: Hashable, Codable {
    /// The path relative to the import's source.
    var path: String
    var sha256: Digest
  }

  /// A slice that became a case.
  struct Slice: Hashable, Codable {
    var id: String
    /// The index of the slice in its plane, counted from 0.
    var index: Int
    /// The number of pixels of the object.
    var area: Int
    /// The percentiles of the intensities inside the object, with the ranks of
    /// `VolumeStatistics.percentiles`.
    var objectPercentiles: [Double]
    /// The digest of the image's values, whatever its header says.
    var values: Digest
    /// The digests of image, mask and markers as they were written.
    var written: [Digest]
  }

  var pair: VolumePair
  var split: DatasetDescriptor.Split
  var sources: [Source]
  var statistics: VolumeStatistics
  /// The slices that became cases; empty if the object is too small everywhere.
  var slices: [Slice]
  /// The plane of the slices; nil if the file does not say how its axes lie in the patient.
  var plane: Plane?
  /// Remarks for the user about how the volume was read; nil if there are none.
  var notes: [String]?

  enum CodingKeys: String, CodingKey {
    case pair, split, sources
    case statistics = "fingerprint"
    case slices, plane, notes
  }
}

extension DatasetDescriptor.Split: Codable {}

/// The record of an import as a whole; a folder that holds it accepts no import with another
/// record.
struct ImportRecord: Hashable, Codable {
  /// The version of the format; it increases when the meaning of the files changes.
  var version = 1
  /// The absolute path of the source.
  var source: String
  var request: ImportRequest

  /// The path of the record in the data set's folder.
  static let file = "import.json"
}

/// The paths of a case's files in a data set's folder.
struct CasePaths {
  let image: String
  let groundTruth: String
  let markers: String

  init(_ id: String) {
    image = "images/\(id).nii.gz"
    groundTruth = "masks/\(id).png"
    markers = "markers/\(id).json"
  }

  var all: [String] { [image, groundTruth, markers] }
}

/// Encodes a value as JSON with sorted keys, so that equal values have equal bytes.
func encoded(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}
