import Errors
import Foundation
import Imaging

/// A format of volume files, recognised by the first bytes of a file.
struct VolumeFormat: Sendable {
  /// Tells whether a file with these bytes has the format.
  var matches: @Sendable (Data) -> Bool
  /// Decodes the bytes of a file; errors are `DipperError`s that name the file.
  var decode: @Sendable (_ bytes: Data, _ name: String) throws -> Volume

  /// The formats in the order in which they are tried. The last one, NIfTI, matches every file,
  /// because a gzipped NIfTI file cannot be recognised by its first bytes.
  static let all = [
    VolumeFormat(
      matches: { $0.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]) },
      decode: { Volume(try Image(decoding: $0, name: $1)) }),
    VolumeFormat(
      matches: { $0.prefix(4) == Data("NRRD".utf8) },
      decode: { try decodeNRRD($0, name: $1) }),
    VolumeFormat(
      matches: isDICOM, decode: { try assembledVolume([DICOMFile(decoding: $0, name: $1)]) }),
    VolumeFormat(
      matches: { _ in true }, decode: { try Volume(decodingNIfTI: $0, name: $1) }),
  ]
}

extension Volume {
  /// Decodes the bytes of one file: NIfTI, gzipped or not; NRRD; PNG; or DICOM with one slice, with
  /// many frames, or with a segmentation.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decoding bytes: Data, name: String) throws {
    // The last format matches every file.
    self = try VolumeFormat.all.first { $0.matches(bytes) }!.decode(bytes, name)
  }

  /// Reads the volume in one file, or in the files of a DICOM series, one slice each.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`, `imageMalformed` or `imageUnsupported`.
  public init(contentsOf files: [URL]) throws {
    if files.count == 1 {
      self = try Volume(decoding: try contents(of: files[0]), name: files[0].path)
    } else {
      self = try assembledVolume(
        files.map { try DICOMFile(decoding: try contents(of: $0), name: $0.path) })
    }
  }
}

private func contents(of file: URL) throws -> Data {
  do {
    return try Data(contentsOf: file, options: .mappedIfSafe)
  } catch {
    throw DipperError(.imageUnreadable, "\(file.path) cannot be read", cause: error)
  }
}
