import Errors
import Experiments
import Foundation
import Imaging
import Jobs
import Volumes

/// The import of one volume: it selects slices and writes each as a case.
struct VolumeImport {
  let layout: ImportLayout
  let request: ImportRequest
  /// The folder of the source.
  let source: URL

  /// The volume from which slices are taken, with its object and its statistics.
  private struct Contents {
    var pair: VolumePair
    var image: Volume
    var object: ObjectSlices
    var statistics: VolumeStatistics
    /// Remarks for the user about how the volume was read.
    var notes: [String]
  }

  /// Reads image and mask and writes the files of its cases, one case at a time.
  ///
  /// - Parameters:
  ///   - sources: the digests of the volume's files (`digests(of:)`), for the record.
  ///   - write: a function that writes bytes to a path in the data set's folder.
  /// - Throws: `DipperError` about the volume, or an error of `write`.
  func run(
    _ pair: VolumePair, for split: DatasetDescriptor.Split, sources: [VolumeRecord.Source],
    write: (Data, String) throws -> Void
  ) throws -> VolumeRecord {
    let contents = try read(pair)
    let slices = try chosen(contents, for: split).map { index in
      try slice(index, of: contents, write: write)
    }
    let plane = contents.image.grid.plane
    return VolumeRecord(
      pair: pair, split: split, sources: sources, statistics: contents.statistics,
      slices: slices, plane: plane, notes: contents.notes.isEmpty ? nil : contents.notes)
  }

  /// Reads image and mask and finds the object.
  private func read(_ pair: VolumePair) throws -> Contents {
    let image = try VolumeContents(image: pair.image, in: source)
    let mask = try VolumeContents(mask: pair.mask, in: source)
    let volume = try cut(image.layers[0])
    let labels = try LabelVolume(
      mask, on: image, displayedAs: volume.grid, byOrder: request.pairsByOrder == true)
    let object = try ObjectSlices(
      in: labels, rule: layout.object(request),
      target: request.target ?? layout.target, isRequested: request.label != nil)
    return Contents(
      pair: pair, image: volume, object: object,
      statistics: VolumeStatistics(of: volume, shift: layout.shift),
      notes: image.remarks + mask.remarks.map { "its mask: \($0)" } + labels.alignmentNotes
        + object.notes + gridNotes(volume.grid, by: request.plane))
  }

  /// Returns the volume in slices of the requested plane.
  private func cut(_ volume: Volume) throws -> Volume {
    guard let plane = request.plane?.plane, volume.grid.size.min() > 1 || volume.grid.plane != nil
    else { return volume }
    guard volume.grid.plane != nil else {
      throw DipperError(
        .importRequestInvalid,
        "its header does not say how its axes lie in the patient, so that no \(plane) plane can be "
          + "told from others; take --plane acquired")
    }
    return volume.cut(plane)
  }

  private func chosen(_ contents: Contents, for split: DatasetDescriptor.Split) -> [Int] {
    let isTraining = request.slice == .all && split == .train
    return chosenSlices(
      areas: contents.object.areas, minimum: request.minimumArea ?? layout.minimumArea,
      rule: isTraining ? .largest : request.slice, seed: seed(of: contents.pair.id, for: request))
  }

  private func slice(
    _ index: Int, of contents: Contents, write: (Data, String) throws -> Void
  ) throws -> VolumeRecord.Slice {
    let id =
      contents.image.grid.sliceCount == 1
      ? contents.pair.id : String(format: "%@_z%03d", contents.pair.id, index)
    let image = try finiteSlice(index, of: contents)
    let groundTruth = contents.object.mask(index)
    let markers = try simulatedMarkers(inside: groundTruth, seed: seed(of: id, for: request))
    let files = [
      try image.encodedNIfTI(on: contents.image.grid.slice(index), compressed: true),
      try groundTruth.encodedPNG(), markers.encoded(),
    ]
    for (bytes, path) in zip(files, CasePaths(id).all) { try write(bytes, path) }
    let inside = zip(image.pixels, groundTruth.pixels).filter(\.1).map(\.0).sorted()
    return VolumeRecord.Slice(
      id: id, index: index, area: groundTruth.area,
      objectPercentiles: VolumeStatistics.ranks.map { percentile($0, of: inside) },
      values: Digest(of: image.pixels.withUnsafeBytes { Data($0) }),
      written: files.map { Digest(of: $0) })
  }

  /// Returns a slice of the image in Hounsfield units, or in the scan's own unit if it has no known
  /// relation to them.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` if a value is not finite.
  private func finiteSlice(_ index: Int, of contents: Contents) throws -> Image {
    var image = try contents.image.finiteSlice(index, name: contents.pair.image[0])
    let shift = Float(contents.statistics.shift)
    if shift != 0 {
      for pixel in image.pixels.indices { image.pixels[pixel] -= shift }
    }
    return image
  }

  /// Computes the digests of the files from which a volume is read.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if one cannot be read.
  func digests(of pair: VolumePair) throws -> [VolumeRecord.Source] {
    try pair.allFiles.map { path in
      VolumeRecord.Source(path: path, sha256: try digest(of: source.appending(path: path)))
    }
  }
}

/// Returns remarks about the slices of a grid that the user may not expect.
private func gridNotes(_ grid: VolumeGrid, by choice: PlaneChoice?) -> [String] {
  var notes: [String] = []
  if let plane = grid.plane, plane != .axial {
    notes.append("\(plane) slices" + (choice?.plane == nil ? " as acquired" : ""))
  }
  if grid.unit == .pixel { notes.append("its spacing is unknown; its distances are in pixels") }
  return notes
}

/// Computes the digest of a file, which is read in chunks of 4 MiB.
func digest(of file: URL) throws -> Digest {
  do {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    var running = RunningDigest()
    while let part = try handle.read(upToCount: 1 << 22), !part.isEmpty { running.append(part) }
    return running.digest
  } catch {
    throw DipperError(.importSourceInvalid, "\(file.path) cannot be read", cause: error)
  }
}
