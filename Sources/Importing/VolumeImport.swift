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
    let image = try Volume(contentsOf: pair.image.map { source.appending(path: $0) })
    let mask = try AlignedMask(
      Volume(contentsOf: pair.mask.map { source.appending(path: $0) }), to: image.grid)
    let contents = Contents(
      pair: pair, image: image,
      object: try ObjectSlices(
        in: LabelVolume(mask.volume), rule: layout.object(request),
        target: request.target ?? layout.target),
      statistics: VolumeStatistics(of: image, shift: layout.shift))
    let slices = try chosen(contents, for: split).map { index in
      try slice(index, of: contents, write: write)
    }
    return VolumeRecord(
      pair: pair, split: split, sources: sources, statistics: contents.statistics,
      slices: slices, note: mask.note)
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
    let groundTruth = try contents.object.mask(index)
    let markers = try simulatedMarkers(inside: groundTruth, seed: seed(of: id, for: request))
    let files = [
      try image.encodedNIfTI(compressed: true), try groundTruth.encodedPNG(), markers.encoded(),
    ]
    for (bytes, path) in zip(files, CasePaths(id).all) { try write(bytes, path) }
    let inside = zip(image.pixels, groundTruth.pixels).filter(\.1).map(\.0).sorted()
    return VolumeRecord.Slice(
      id: id, index: index, area: groundTruth.area,
      objectPercentiles: VolumeStatistics.ranks.map { percentile($0, of: inside) },
      written: files.map { Digest(of: $0) })
  }

  /// Returns a slice of the image in Hounsfield units, or in the scan's own unit if it has no known
  /// relation to them.
  ///
  /// - Throws: `DipperError` of code `importObjectMissing` if a value is not finite.
  private func finiteSlice(_ index: Int, of contents: Contents) throws -> Image {
    var image = contents.image.slice(index)
    guard image.pixels.allSatisfy(\.isFinite) else {
      throw DipperError(
        .importObjectMissing,
        "slice \(index) of \(contents.pair.image[0]) holds values that are not finite numbers")
    }
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
