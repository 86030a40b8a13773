import Foundation
import Imaging

/// A format of volume files, recognised by the first bytes of a file.
struct VolumeFormat: Sendable {
  /// Tells whether a file has the format.
  var matches: @Sendable (SourceFile) -> Bool
  /// Decodes a file; errors are `DipperError`s that name it.
  var decode: @Sendable (SourceFile) throws -> VolumeFile

  /// The formats in the order in which they are tried. The last one, NIfTI, matches every file,
  /// because a gzipped NIfTI file cannot be recognised by its first bytes.
  static let all = [
    VolumeFormat(magic: [0x89, 0x50, 0x4e, 0x47], decode: decodePNG),
    VolumeFormat(magic: Array("NRRD".utf8), decode: decodeNRRD),
    VolumeFormat(magic: [0xff, 0xd8, 0xff], decode: decodeJPEG),
    // TIFF and BigTIFF, little-endian and big-endian.
    VolumeFormat(magic: [0x49, 0x49, 0x2a, 0x00], decode: decodeTIFF),
    VolumeFormat(magic: [0x4d, 0x4d, 0x00, 0x2a], decode: decodeTIFF),
    VolumeFormat(magic: [0x49, 0x49, 0x2b, 0x00], decode: decodeTIFF),
    VolumeFormat(magic: [0x4d, 0x4d, 0x00, 0x2b], decode: decodeTIFF),
    VolumeFormat(
      matches: { isDICOM($0.bytes) },
      decode: { try assembledVolume([DICOMFile(decoding: $0.bytes, name: $0.name)]) }),
    VolumeFormat(matches: { isMetaImage($0.bytes) }, decode: decodeMetaImage),
    VolumeFormat(matches: { _ in true }, decode: decodeNIfTI),
  ]

  private init(
    matches: @escaping @Sendable (SourceFile) -> Bool,
    decode: @escaping @Sendable (SourceFile) throws -> VolumeFile
  ) {
    self.matches = matches
    self.decode = decode
  }

  private init(
    magic: [UInt8], decode: @escaping @Sendable (SourceFile) throws -> VolumeFile
  ) {
    self.init(matches: { $0.bytes.starts(with: magic) }, decode: decode)
  }
}

/// Decodes a NIfTI file, with the .img file beside it if it is a .hdr file.
private func decodeNIfTI(_ file: SourceFile) throws -> VolumeFile {
  var voxels: Data?
  if isDetachedNIfTI(file.bytes) {
    let image = file.url.map { imageFile(ofNIfTI: $0).lastPathComponent }
    voxels = try file.contentsOfNeighbour(image ?? "")
  }
  let layers = try decodeNIfTILayers(file.bytes, voxels: voxels, name: file.name)
  return VolumeFile(layers: layers, remarks: layers[0].remarks)
}

/// Returns the location of the file with the voxels of a .hdr file, with an ending of the same case.
private func imageFile(ofNIfTI header: URL) -> URL {
  let isUpper = header.pathExtension == header.pathExtension.uppercased()
  return header.deletingPathExtension().appendingPathExtension(isUpper ? "IMG" : "img")
}

/// Decodes a PNG file; its colours become grey.
private func decodePNG(_ file: SourceFile) throws -> VolumeFile {
  let decoded = try decodeGreyPNG(file.bytes, name: file.name)
  return VolumeFile(
    layers: [Volume(decoded.image)],
    remarks: decoded.isColoured ? ["its colours were made grey"] : [])
}
