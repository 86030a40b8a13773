import Errors
import Foundation
import Imaging
import Jobs
import Volumes

private struct ImportedDataset: Decodable {
  struct Case: Decodable {
    var id: String
    var volume: String
    var slice: Int
  }
  var cases: [Case]
  var volumes: [VolumeRecord]
  /// The import that wrote the data set.
  var record: ImportRecord

  enum CodingKeys: String, CodingKey {
    case cases, volumes
    case record = "made"
  }
}

/// Returns the mask of an imported case on the grid of its volume, as a gzipped NIfTI file with
/// that volume's geometry; the other slices are empty.
///
/// - Parameters:
///   - mask: the mask of the case.
///   - caseID: the id of the case.
///   - folder: the folder of the imported data set.
///   - source: the folder with the volumes; nil stands for the one from which they were imported.
/// - Throws: `DipperError` that names a file.
public func restoredMask(
  _ mask: Mask, of caseID: String, in folder: URL, source: URL? = nil
) throws -> Data {
  let file = folder.appending(path: "dataset.json")
  guard let json = try? Data(contentsOf: file),
    let dataset = try? JSONDecoder().decode(ImportedDataset.self, from: json)
  else {
    throw DipperError(
      .importSourceInvalid, "\(file.path) is not a data set that `dipper data import` has written")
  }
  guard let one = dataset.cases.first(where: { $0.id == caseID }),
    let record = dataset.volumes.first(where: { $0.pair.id == one.volume })
  else {
    throw DipperError(.importRequestInvalid, "\(file.path) has no case \(caseID)")
  }
  let from = source ?? URL(filePath: dataset.record.source, directoryHint: .isDirectory)
  let volume = try Volume(contentsOf: record.pair.image.map { from.appending(path: $0) })
  return try volume.encodedNIfTI(of: [one.slice: mask])
}
