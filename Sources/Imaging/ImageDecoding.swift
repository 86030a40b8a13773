import Errors
import Foundation

/// Tells whether bytes begin with the signature of a PNG file.
private func isPNG(_ bytes: Data) -> Bool { bytes.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]) }

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

extension Mask {
  /// Decodes the bytes of an image file; a pixel is inside if its value exceeds half of the
  /// largest.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decoding bytes: Data, name: String) throws {
    self.init(thresholdingAtHalfMaximum: try Image(decoding: bytes, name: name))
  }

  /// Decodes the bytes of an image file that must hold at most two values, such as a ground truth.
  ///
  /// A label image is refused: nothing says which of its labels is the object, and a wrong guess
  /// would be scored without notice.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`; of code `gridMismatch`
  ///   if the image has more than two values.
  public init(decodingTwoValued bytes: Data, name: String) throws {
    try self.init(twoValued: Image(decoding: bytes, name: name), name: name)
  }

  /// Creates the mask of a decoded image that must hold at most two values; a pixel is inside if
  /// its value exceeds half of the largest.
  ///
  /// - Parameters:
  ///   - image: the decoded image.
  ///   - name: the name of the image in errors.
  /// - Throws: `DipperError` of code `gridMismatch` if the image has more than two values.
  public init(twoValued image: Image, name: String) throws {
    let values = Set(image.pixels)
    guard values.count <= 2 else {
      let some = values.sorted().prefix(4).map { "\($0)" }.joined(separator: ", ")
      throw DipperError(
        .gridMismatch,
        "the mask \(name) has \(values.count) different values (\(some)...), and a mask has "
          + "two: one outside of the object and a larger one inside")
    }
    self.init(thresholdingAtHalfMaximum: image)
  }

  /// Reads the mask in an image file; a pixel is inside if its value exceeds half of the largest.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`, `imageMalformed` or `imageUnsupported`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }

  private init(thresholdingAtHalfMaximum image: Image) {
    let largest = image.pixels.max() ?? 0
    self.init(thresholding: image, above: max(0, largest / 2))
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
