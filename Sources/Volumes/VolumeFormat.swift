import Foundation
import Imaging

/// A format of volume files: how its bytes are known and read.
struct VolumeFormat: Sendable {
  /// Whether a file that begins with these bytes has the format.
  var begins: @Sendable (Data) -> Bool
  /// - Throws: `ImagingError` that names the file.
  var read: @Sendable (_ bytes: Data, _ name: String) throws -> Volume

  /// Tried in this order; what none of them knows is taken for NIfTI, which may be gzipped.
  static let all = [
    VolumeFormat(
      begins: { $0.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]) },
      read: { Volume(try Image(decoding: $0, name: $1)) }),
    VolumeFormat(begins: { $0.prefix(4) == Data("NRRD".utf8) }, read: decodeNRRD),
    VolumeFormat(
      begins: isDICOM, read: { try assembled([DICOMFile(decoding: $0, name: $1)]) }),
    VolumeFormat(
      begins: { _ in true }, read: { try Volume(decodingNIfTI: $0, name: $1) }),
  ]
}

/// Ends of the names of files that are read, without the dot; those of DICOM often have none.
public let volumeExtensions = ["nii.gz", "nii", "nrrd", "png", "dcm"]

extension Volume {
  /// The volume in the bytes of a file: NIfTI, gzipped or not; NRRD; PNG; DICOM of one slice, many
  /// frames, or a segmentation.
  ///
  /// - Parameter name: what to call the file in an error.
  /// - Throws: `ImagingError` of code `malformed` or `unsupported`.
  public init(decoding bytes: Data, name: String) throws {
    // The last one takes all.
    self = try VolumeFormat.all.first { $0.begins(bytes) }!.read(bytes, name)
  }

  /// The volume in a file, or in the files of a DICOM series, one slice each.
  ///
  /// - Throws: `ImagingError` of code `unreadable`, `malformed` or `unsupported`.
  public init(contentsOf files: [URL]) throws {
    if files.count == 1 {
      self = try Volume(decoding: try contents(of: files[0]), name: files[0].path)
    } else {
      self = try assembled(
        files.map { try DICOMFile(decoding: try contents(of: $0), name: $0.path) })
    }
  }
}

private func contents(of file: URL) throws -> Data {
  do {
    return try Data(contentsOf: file, options: .mappedIfSafe)
  } catch {
    throw ImagingError(.unreadable, "\(file.path) cannot be read", cause: error)
  }
}
