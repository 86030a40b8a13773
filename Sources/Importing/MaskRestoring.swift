import Errors
import Foundation
import Imaging
import Jobs
import Volumes

/// A data set that `dipper data import` has written, as far as masks are put back into its volumes.
public struct ImportedDataset {
  private let description: Description
  /// The path of the `dataset.json`, for errors.
  private let file: String

  private struct Description: Decodable {
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

  /// Reads the `dataset.json` of a folder.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if no import has written it.
  public init(in folder: URL) throws {
    file = folder.appending(path: "dataset.json").path
    guard let json = try? Data(contentsOf: folder.appending(path: "dataset.json")),
      let description = try? JSONDecoder().decode(Description.self, from: json)
    else {
      throw DipperError(
        .importSourceInvalid, "\(file) is not a data set that `dipper data import` has written")
    }
    self.description = description
  }

  /// Returns the ids of the cases of a volume.
  ///
  /// - Parameter name: the id of the volume, or of one of its cases.
  /// - Throws: `DipperError` of code `importRequestInvalid` if there is neither.
  public func cases(ofVolume name: String) throws -> [String] {
    let volume = volume(of: name)
    let cases = description.cases.filter { $0.volume == volume }.map(\.id)
    guard !cases.isEmpty else {
      throw DipperError(.importRequestInvalid, "\(file) has no case or volume \(name)")
    }
    return cases
  }

  /// Returns the masks of imported cases on the grid of their volume, as a gzipped NIfTI file with
  /// that volume's geometry; slices without a mask are empty.
  ///
  /// - Parameters:
  ///   - masks: the masks by the ids of their cases, which belong to one volume; at least one.
  ///   - source: the folder with the volumes; nil stands for the one from which they were imported.
  /// - Throws: `DipperError` of code `importRequestInvalid` if a case does not exist or two belong to
  ///   different volumes; of code `importSourceInvalid` if a file of the volume is missing or is not
  ///   the one that was imported; `gridMismatch` if a mask has another size than its slice.
  public func restored(_ masks: [String: Mask], source: URL? = nil) throws -> Data {
    let record = try record(of: masks.keys.sorted())
    let from = source ?? importedFolder
    try check(record, in: from)
    // Imports that recorded no plane took axial slices.
    let volume = try Volume(contentsOf: record.pair.image.map { from.appending(path: $0) })
      .cut(record.plane ?? .axial)
    try checkSizes(of: masks, on: volume.grid)
    let slices = description.cases.reduce(into: [Int: Mask]()) { slices, one in
      if let mask = masks[one.id] { slices[one.slice] = mask }
    }
    return try volume.encodedNIfTI(of: slices)
  }

  private func checkSizes(of masks: [String: Mask], on grid: VolumeGrid) throws {
    for (id, mask) in masks.sorted(by: { $0.key < $1.key })
    where (mask.width, mask.height) != (grid.width, grid.height) {
      throw DipperError(
        .gridMismatch,
        "the mask of case \(id) has \(mask.width) x \(mask.height) pixels, its slice "
          + "\(grid.width) x \(grid.height)")
    }
  }

  /// The folder from which the volumes were imported.
  private var importedFolder: URL {
    URL(filePath: description.record.source, directoryHint: .isDirectory)
  }

  /// Returns the id of the volume that is named by its own id or by that of one of its cases.
  private func volume(of name: String) -> String {
    description.cases.first { $0.id == name }?.volume ?? name
  }

  /// Returns the files of image and mask from which a volume was imported, which a restored mask must
  /// not replace; none if there is no such volume.
  ///
  /// - Parameters:
  ///   - name: the id of the volume, or of one of its cases.
  ///   - source: the folder with the volumes; nil stands for the one from which they were imported.
  public func sourceFiles(of name: String, source: URL? = nil) -> [URL] {
    let volume = volume(of: name)
    let from = source ?? importedFolder
    return description.volumes.filter { $0.pair.id == volume }.flatMap { record in
      record.sources.map { from.appending(path: $0.path) }
    }
  }

  /// Returns the record of the volume to which all of these cases belong.
  private func record(of cases: [String]) throws -> VolumeRecord {
    let volumes = try cases.map { id in
      guard let one = description.cases.first(where: { $0.id == id }) else {
        throw DipperError(.importRequestInvalid, "\(file) has no case \(id)")
      }
      return one.volume
    }
    guard let volume = volumes.first, Set(volumes).count == 1,
      let record = description.volumes.first(where: { $0.pair.id == volume })
    else {
      throw DipperError(
        .importRequestInvalid,
        "the cases \(cases.joined(separator: ", ")) are not those of one volume in \(file)")
    }
    return record
  }

  /// Checks that the image's files are those that were imported.
  private func check(_ record: VolumeRecord, in folder: URL) throws {
    for one in record.sources where record.pair.image.contains(one.path) {
      let path = folder.appending(path: one.path)
      guard try digest(of: path) == one.sha256 else {
        throw DipperError(
          .importSourceInvalid,
          "\(path.path) is not the file from which \(record.pair.id) was imported: its content has "
            + "changed; give the folder of the original by --source")
      }
    }
  }
}
