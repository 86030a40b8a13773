import Experiments
import Foundation
import Imaging
import Jobs
import Volumes

/// Makes cases of one volume.
struct VolumeImport {
  let layout: ImportLayout
  let request: ImportRequest
  /// The source's folder.
  let source: URL

  /// Reads image and mask and hands each case's files on, one case at a time.
  ///
  /// - Parameter write: takes the bytes of a file and its path in the data set's folder.
  /// - Throws: `ImagingError` or `ImportingError` about the volume; whatever `write` throws.
  func run(
    _ pair: VolumePair, for split: DatasetDescriptor.Split, write: (Data, String) throws -> Void
  ) throws -> VolumeRecord {
    let image = try Volume(contentsOf: pair.image.map { source.appending(path: $0) })
    let mask = try AlignedMask(
      Volume(contentsOf: pair.mask.map { source.appending(path: $0) }), to: image.grid)
    let object = try ObjectSlices(
      LabelVolume(mask.volume), layout.object(request), request.target ?? layout.target)
    let fingerprint = Fingerprint(image, shift: layout.shift)
    let slices = try chosen(object.areas, pair, split).map { index in
      try slice(index, of: pair, image, object, fingerprint, write: write)
    }
    return VolumeRecord(
      pair: pair, split: split, sources: try digests(pair), fingerprint: fingerprint,
      slices: slices, note: mask.note)
  }

  private func chosen(
    _ areas: [Int], _ pair: VolumePair, _ split: DatasetDescriptor.Split
  ) -> [Int] {
    let isWhole = request.slice == .all && split == .train
    return chosenSlices(
      areas: areas, minimum: request.minimumArea ?? layout.minimumArea,
      rule: isWhole ? .largest : request.slice, seed: seed(of: pair.id, request))
  }

  private func slice(
    _ index: Int, of pair: VolumePair, _ volume: Volume, _ object: ObjectSlices,
    _ fingerprint: Fingerprint, write: (Data, String) throws -> Void
  ) throws -> VolumeRecord.Slice {
    let id = volume.grid.sliceCount == 1 ? pair.id : String(format: "%@_z%03d", pair.id, index)
    var image = volume.slice(index)
    guard image.pixels.allSatisfy(\.isFinite) else {
      throw ImportingError(
        .object, "slice \(index) of \(pair.image[0]) holds values that are not finite numbers")
    }
    if fingerprint.shift != 0 {
      for place in image.pixels.indices { image.pixels[place] -= Float(fingerprint.shift) }
    }
    let truth = try object.mask(index)
    let markers = try clicks(inside: truth, seed: seed(of: id, request))
    let files = [
      try image.encodedNIfTI(compressed: true), try truth.encodedPNG(), markers.encoded(),
    ]
    for (bytes, path) in zip(files, CasePaths(id).all) { try write(bytes, path) }
    let inside = zip(image.pixels, truth.pixels).filter(\.1).map(\.0).sorted()
    return VolumeRecord.Slice(
      id: id, index: index, area: truth.area,
      objectPercentiles: Fingerprint.ranks.map { percentile(inside, $0) },
      written: files.map { Digest(of: $0) })
  }

  /// The digests of the files that a volume is read from.
  ///
  /// - Throws: `ImportingError` of code `source` where one cannot be read.
  func digests(_ pair: VolumePair) throws -> [VolumeRecord.Source] {
    try (pair.image + pair.mask).map { path in
      VolumeRecord.Source(path: path, sha256: try digest(of: source.appending(path: path)))
    }
  }
}

/// The digest of a file, read in parts.
private func digest(of file: URL) throws -> Digest {
  do {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    var running = RunningDigest()
    while let part = try handle.read(upToCount: 1 << 22), !part.isEmpty { running.append(part) }
    return running.digest
  } catch {
    throw ImportingError(.source, "\(file.path) cannot be read", cause: error)
  }
}
