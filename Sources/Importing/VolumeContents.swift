import Errors
import Foundation
import Imaging
import Volumes

/// An image or a mask as it was read from the source.
struct VolumeContents: Sendable {
  /// The path of the first file, relative to the source.
  let name: String
  /// The voxels, on one grid; an image has one layer.
  let layers: [Volume]
  /// The parts of a mask; empty if the values of its only layer are labels.
  let segments: [VolumeFile.NamedSegment]
  /// Sentences about the reading of the files that the user should know.
  let remarks: [String]
  /// Tells whether the file is a picture, such as PNG, whose pixels are in display order.
  let isPicture: Bool
  /// Tells whether the file is compressed with losses, such as JPEG, which blurs labels.
  let isLossy: Bool

  /// The grid of the voxels.
  var grid: VolumeGrid { layers[0].grid }

  /// Creates a volume from its voxels.
  init(
    name: String, layers: [Volume], segments: [VolumeFile.NamedSegment] = [],
    remarks: [String] = [],
    isPicture: Bool = false, isLossy: Bool = false
  ) {
    self.name = name
    self.layers = layers
    self.segments = segments
    self.remarks = remarks
    self.isPicture = isPicture
    self.isLossy = isLossy
  }

  /// Reads the files of an image.
  ///
  /// - Throws: `DipperError` of the reader that names the file.
  init(image paths: [String], in source: URL) throws {
    let volume = try Volume(contentsOf: paths.map { source.appending(path: $0) })
    self.init(
      name: paths[0], layers: [volume], remarks: volume.remarks,
      isPicture: PictureFormat(at: source.appending(path: paths[0])) != nil)
  }

  /// Reads the files of a mask; the pixels of a PNG file are its labels and not its colours.
  ///
  /// - Throws: `DipperError` of the reader that names the file.
  init(mask paths: [String], in source: URL) throws {
    let files = paths.map { source.appending(path: $0) }
    let picture = PictureFormat(at: files[0])
    if picture == .png, files.count == 1 {
      let labels = try Image(decodingLabels: readFile(files[0]), name: files[0].path)
      self.init(name: paths[0], layers: [Volume(labels)], isPicture: true)
      return
    }
    let file = try VolumeFile(contentsOf: files)
    guard !file.hasLostColours else {
      throw DipperError(
        .importObjectMissing,
        "its mask \(paths[0]) has colours or transparency, and nothing says which label they stand "
          + "for; save it as grey values, or as a PNG file with a palette")
    }
    self.init(
      name: paths[0], layers: file.layers, segments: file.segments, remarks: file.remarks,
      isPicture: picture != nil, isLossy: picture == .jpeg)
  }
}

/// The format of a picture, which says nothing of a patient, recognised by the first bytes of its
/// file.
private enum PictureFormat {
  case png, jpeg, tiff

  /// Recognises the format of a file; nil for volumes and for files that cannot be read.
  init?(at file: URL) {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    let start = [UInt8]((try? handle.read(upToCount: 4)) ?? Data())
    switch start {
    case [0x89, 0x50, 0x4e, 0x47]: self = .png
    // TIFF and BigTIFF, little-endian and big-endian.
    case [0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a]: self = .tiff
    case [0x49, 0x49, 0x2b, 0], [0x4d, 0x4d, 0, 0x2b]: self = .tiff
    case _ where start.starts(with: [0xff, 0xd8, 0xff]): self = .jpeg
    default: return nil
    }
  }
}
