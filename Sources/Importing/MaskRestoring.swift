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
  var made: ImportRecord
}

/// A mask of an imported case on the grid of the volume that the case is a slice of: a gzipped NIfTI
/// file with that volume's geometry, empty in the other slices.
///
/// - Parameters:
///   - folder: the imported data set.
///   - source: where the volumes lie; nil takes the place that they were imported from.
/// - Throws: `ImportingError` or `ImagingError` that names a file.
public func restoredMask(
  _ mask: Mask, of caseID: String, in folder: URL, source: URL? = nil
) throws -> Data {
  let file = folder.appending(path: "dataset.json")
  guard let json = try? Data(contentsOf: file),
    let dataset = try? JSONDecoder().decode(ImportedDataset.self, from: json)
  else {
    throw ImportingError(
      .source, "\(file.path) is no data set that `dipper data import` has made")
  }
  guard let one = dataset.cases.first(where: { $0.id == caseID }),
    let record = dataset.volumes.first(where: { $0.pair.id == one.volume })
  else {
    throw ImportingError(.request, "\(file.path) has no case \(caseID)")
  }
  let from = source ?? URL(filePath: dataset.made.source, directoryHint: .isDirectory)
  let volume = try Volume(contentsOf: record.pair.image.map { from.appending(path: $0) })
  return try volume.encodedNIfTI(of: [one.slice: mask])
}
