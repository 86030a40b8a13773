import Foundation

extension Image {
  /// The image in the bytes of a PNG, NIfTI or gzipped NIfTI file, with the file's own values.
  ///
  /// - Parameter name: what to call the file in an error.
  /// - Throws: `ImagingError` of code `malformed` or `unsupported`.
  public init(decoding bytes: Data, name: String) throws {
    let isPNG = bytes.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47])
    self = try isPNG ? decodePNG(bytes, name: name) : decodeNIfTI(bytes, name: name)
    guard pixels.allSatisfy(\.isFinite) else {
      throw ImagingError(.malformed, "\(name) holds values that are not finite numbers")
    }
  }

  /// The image in a PNG, NIfTI or gzipped NIfTI file.
  ///
  /// - Throws: `ImagingError` of code `unreadable`, `malformed` or `unsupported`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }
}

extension Mask {
  /// The mask in the bytes of an image file: inside where a value exceeds half of the largest.
  ///
  /// - Parameter name: what to call the file in an error.
  /// - Throws: `ImagingError` of code `malformed` or `unsupported`.
  public init(decoding bytes: Data, name: String) throws {
    let image = try Image(decoding: bytes, name: name)
    let largest = image.pixels.max() ?? 0
    self.init(thresholding: image, above: max(0, largest / 2))
  }

  /// The mask in an image file.
  ///
  /// - Throws: `ImagingError` of code `unreadable`, `malformed` or `unsupported`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }
}

/// The bytes of a file.
///
/// - Throws: `ImagingError` of code `unreadable` that names the file.
package func readFile(_ file: URL) throws -> Data {
  do {
    return try Data(contentsOf: file)
  } catch {
    let there = FileManager.default.fileExists(atPath: file.path)
    throw ImagingError(
      .unreadable, "\(file.path) \(there ? "cannot be read" : "does not exist")",
      cause: there ? error : nil)
  }
}
