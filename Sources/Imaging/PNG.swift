import CPNG
import Errors
import Foundation

/// The number of bits per sample of a grey PNG.
public enum PNGDepth: UInt8, Hashable, Sendable {
  /// Eight bits, with samples in `0...255`.
  case eight = 8
  /// Sixteen bits, with samples in `0...65535`.
  case sixteen = 16

  /// The largest sample that the depth can hold.
  public var maximum: Float { self == .eight ? 255 : 65535 }
}

/// The largest number of pixels of an image that is read, 8192^2. Larger images are refused, which
/// bounds the memory that a hostile header can claim.
let maximumPixelCount = 1 << 26

extension Image {
  /// Encodes the image as a grey PNG, its values rounded and clipped to `0...depth.maximum`.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` if a value is not a finite number, of code
  ///   `imageUnwritable` if memory runs out.
  public func encodedPNG(depth: PNGDepth = .eight) throws -> Data {
    guard pixels.allSatisfy(\.isFinite) else {
      throw DipperError(
        .imageMalformed, "an image with values that are not finite fits no PNG file")
    }
    let samples = pixels.map { UInt16(max(0, min(depth.maximum, $0.rounded()))) }
    return try encodePNG(samples, width: width, height: height, channels: 1, depth: depth)
  }
}

extension Mask {
  /// Encodes the mask as an 8-bit grey PNG, 255 inside and 0 outside; equal masks have equal bytes.
  ///
  /// - Throws: `DipperError` of code `imageUnwritable` if memory runs out.
  public func encodedPNG() throws -> Data {
    let samples = pixels.map { $0 ? UInt16(255) : 0 }
    return try encodePNG(samples, width: width, height: height, channels: 1, depth: .eight)
  }
}

extension Mask {
  /// Decodes a PNG file that must have `width` x `height` pixels; a pixel is inside if its value
  /// exceeds half of the largest.
  ///
  /// A larger file is refused before memory is allocated for it.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - width: the width of the image in pixels.
  ///   - height: the height of the image in pixels.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `gridMismatch`.
  public init(decodingPNG bytes: Data, width: Int, height: Int, name: String) throws {
    let image = try decodePNG(bytes, name: name, pixelLimit: width * height)
    guard (image.width, image.height) == (width, height) else {
      throw DipperError(
        .gridMismatch,
        "\(name) has \(image.width) x \(image.height) pixels, its image \(width) x \(height)")
    }
    self.init(thresholding: image, above: (image.pixels.max() ?? 0) / 2)
  }
}

extension ColourImage {
  /// Encodes the image as an RGB PNG with 8 bits per channel.
  ///
  /// - Throws: `DipperError` of code `imageUnwritable` if memory runs out.
  public func encodedPNG() throws -> Data {
    try encodePNG(
      pixels.map { UInt16($0) }, width: width, height: height, channels: 3, depth: .eight)
  }
}

/// Decodes a PNG of any colour type as grey samples with the file's own values; its spacing is
/// unknown.
///
/// - Parameters:
///   - name: the name of the file in errors.
///   - pixelLimit: the number of pixels above which the file is refused.
/// - Throws: `DipperError` of code `imageMalformed`.
func decodePNG(
  _ bytes: Data, name: String, pixelLimit: Int = maximumPixelCount
) throws -> Image {
  try DecodedPNG(bytes, name: name, pixelLimit: pixelLimit).grey
}

/// Decodes a PNG of any colour type as grey samples with the file's own values.
///
/// - Parameters:
///   - bytes: the bytes of the file.
///   - name: the name of the file in errors.
/// - Returns: the image, of unknown spacing, and whether a pixel had a colour other than grey.
/// - Throws: `DipperError` of code `imageMalformed`.
package func decodeGreyPNG(
  _ bytes: Data, name: String
) throws -> (image: Image, isColoured: Bool) {
  let decoded = try DecodedPNG(bytes, name: name)
  return (decoded.grey, decoded.isColoured)
}

private func encodePNG(
  _ samples: [UInt16], width: Int, height: Int, channels: UInt8, depth: PNGDepth
) throws -> Data {
  var bytes: UnsafeMutablePointer<UInt8>?
  var count = 0
  var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_LENGTH))
  let status = cpng_encode(
    samples, UInt32(width), UInt32(height), channels, depth.rawValue, &bytes, &count, &message)
  guard status == 0, let bytes else {
    throw DipperError(.imageUnwritable, "cannot make a PNG file: \(String(message: message))")
  }
  defer { cpng_free(bytes) }
  return Data(bytes: bytes, count: count)
}
