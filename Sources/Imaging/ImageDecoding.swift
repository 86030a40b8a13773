import Errors
import Foundation

/// Tells whether bytes begin with the signature of a PNG file.
func isPNG(_ bytes: Data) -> Bool { bytes.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]) }

extension Image {
  /// Tells whether bytes are those of a PNG or NIfTI file, the formats that this module and hence
  /// workers decode.
  public static func isDecodable(_ bytes: Data) -> Bool {
    isPNG(bytes) || fileCount(ofNIfTI: bytes) == 1
  }

  /// Decodes the bytes of a PNG, NIfTI or gzipped NIfTI file; the pixels keep the file's values.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decoding bytes: Data, name: String) throws {
    self = try isPNG(bytes) ? decodePNG(bytes, name: name) : decodeNIfTISlice(bytes, name: name)
    guard pixels.allSatisfy(\.isFinite) else {
      throw DipperError(.imageMalformed, "\(name) holds values that are not finite numbers")
    }
  }

  /// Reads a PNG, NIfTI or gzipped NIfTI file.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`, `imageMalformed` or `imageUnsupported`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }
}

/// Decodes the single slice of a NIfTI file in display orientation.
private func decodeNIfTISlice(_ bytes: Data, name: String) throws -> Image {
  let layers = try decodeNIfTILayers(bytes, name: name, voxelLimit: maximumPixelCount)
  let grid = layers[0].grid
  guard layers.count == 1, grid.sliceCount == 1 else {
    throw DipperError(
      .imageUnsupported,
      "\(name) holds a volume of \(grid.size.x) x \(grid.size.y) x \(grid.size.z) voxels"
        + (layers.count == 1 ? "" : ", \(layers.count) times")
        + "; extract one slice into a file first")
  }
  return layers[0].slice(0)
}

/// Reads the bytes of a file.
///
/// - Throws: `DipperError` of code `imageUnreadable` that names the file.
package func readFile(_ file: URL) throws -> Data {
  do {
    return try Data(contentsOf: file)
  } catch {
    let exists = FileManager.default.fileExists(atPath: file.path)
    throw DipperError(
      .imageUnreadable, "\(file.path) \(exists ? "cannot be read" : "does not exist")",
      cause: exists ? error : nil)
  }
}
