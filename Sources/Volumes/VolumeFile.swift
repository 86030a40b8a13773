import Errors
import Foundation
import Imaging

/// The contents of an image file of any format, or of the files of a DICOM series.
public struct VolumeFile: Sendable {
  /// The volumes of the file, which share one grid.
  ///
  /// A scan or an ordinary mask is one layer. There are several where a voxel holds several numbers:
  /// the classes of a one-hot mask, the time points of a sequence, or segments that overlap.
  public var layers: [Volume]
  /// The segments of a segmentation; empty where the file names none, and the values of its voxels
  /// are the labels.
  public var segments: [NamedSegment]
  /// Sentences about how the file was read, without its name: "its colours were made grey".
  public var remarks: [String]
  /// Tells whether the file is a picture whose colours or transparency are not in the layers, so that
  /// they say nothing of a mask.
  public internal(set) var hasLostColours = false

  /// A named part of a segmentation.
  public struct NamedSegment: Hashable, Sendable {
    /// The number of the segment, which no other segment of the file has.
    public var number: Int
    /// The name of the segment; empty if the file does not give one.
    public var name: String
    /// The index of the layer in which the segment lies.
    public var layer: Int
    /// The value of the segment's voxels in that layer.
    public var value: Int

    /// Creates a segment from its parts.
    public init(number: Int, name: String, layer: Int, value: Int) {
      self.number = number
      self.name = name
      self.layer = layer
      self.value = value
    }
  }

  init(layers: [Volume], segments: [NamedSegment] = [], remarks: [String] = []) {
    self.layers = layers
    self.segments = segments
    self.remarks = remarks
  }

  /// Decodes the bytes of one file: NIfTI, gzipped or not; NRRD; MetaImage; TIFF; JPEG; PNG; or
  /// DICOM with one slice, with many frames, or with a segmentation.
  ///
  /// Values that are not finite numbers become the smallest value, with a remark.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decoding bytes: Data, name: String) throws {
    self = try Self.decoded(SourceFile(bytes: bytes, name: name, url: nil))
  }

  /// Reads one file, with the files beside it that hold its voxels, or the files of a DICOM series,
  /// one slice each.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`, `imageMalformed`, `imageUnsupported` or
  ///   `gridMismatch` that names a file.
  public init(contentsOf files: [URL]) throws {
    if files.count == 1 {
      self = try Self.decoded(SourceFile(files[0]))
    } else {
      let series = try files.map {
        try DICOMFile(decoding: try regularFile($0, name: $0.path), name: $0.path)
      }
      self = try assembledVolume(series).finite(name: series.first?.name ?? "a series of no files")
    }
  }

  private static func decoded(_ file: SourceFile) throws -> VolumeFile {
    guard !file.bytes.isEmpty else { throw DipperError(.imageMalformed, "\(file.name) is empty") }
    // The last format matches every file.
    return try VolumeFormat.all.first { $0.matches(file) }!.decode(file).finite(name: file.name)
  }

  /// Returns the same contents with finite values only.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` if no value is a finite number.
  private func finite(name: String) throws -> VolumeFile {
    var filled = self
    var count = 0
    for index in layers.indices {
      guard let (volume, replaced) = layers[index].withFiniteValues() else {
        throw DipperError(.imageMalformed, "\(name) holds no value that is a finite number")
      }
      filled.layers[index] = volume
      count += replaced
    }
    if count > 0 {
      let values = count == 1 ? "1 value that is" : "\(count) values that are"
      filled.remarks.append("\(values) not finite (NaN or infinite) became the smallest value")
    }
    return filled
  }
}

extension Volume {
  /// Decodes the bytes of one file that holds one number for each voxel (see `VolumeFile`).
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decoding bytes: Data, name: String) throws {
    self = try VolumeFile(decoding: bytes, name: name).onlyLayer(name: name)
  }

  /// Reads the volume in one file, or in the files of a DICOM series, one slice each.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`, `imageMalformed`, `imageUnsupported` or
  ///   `gridMismatch`.
  public init(contentsOf files: [URL]) throws {
    self = try VolumeFile(contentsOf: files).onlyLayer(name: files.first?.path ?? "no file")
  }
}

extension VolumeFile {
  /// Returns the file's layer if it has only one.
  ///
  /// - Parameter name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageUnsupported` if there are several.
  public func onlyLayer(name: String) throws -> Volume {
    guard layers.count == 1 else {
      throw DipperError(
        .imageUnsupported,
        segments.isEmpty
          ? "\(name) holds \(layers.count) values for each voxel, such as channels, time points or "
            + "classes; extract one of them into a file first"
          : "\(name) holds \(segments.count) segments, some of which overlap; choose one of them")
    }
    var layer = layers[0]
    layer.remarks = remarks
    return layer
  }
}
