import CPNG
import Foundation

/// Bits per sample of a grey PNG.
public enum PNGDepth: UInt8, Hashable, Sendable {
  /// 0...255.
  case eight = 8
  /// 0...65535.
  case sixteen = 16

  /// The largest sample.
  public var maximum: Float { self == .eight ? 255 : 65535 }
}

/// The largest image that is read, in pixels: a bound on what a hostile header can allocate.
let mostPixels = 1 << 26

extension Image {
  /// A grey PNG of this image's values, rounded and clipped to `0...depth.maximum`.
  ///
  /// - Throws: `ImagingError` of code `malformed` where a value is not a finite number, of code
  ///   `unwritable` where memory runs out.
  public func encodedPNG(depth: PNGDepth = .eight) throws -> Data {
    guard pixels.allSatisfy(\.isFinite) else {
      throw ImagingError(.malformed, "an image with values that are not finite fits no PNG file")
    }
    let samples = pixels.map { UInt16(max(0, min(depth.maximum, $0.rounded()))) }
    return try encodePNG(samples, width: width, height: height, channels: 1, depth: depth)
  }
}

extension Mask {
  /// An 8-bit grey PNG: 255 inside, 0 outside; equal masks have equal bytes.
  ///
  /// - Throws: `ImagingError` of code `unwritable` where memory runs out.
  public func encodedPNG() throws -> Data {
    let samples = pixels.map { $0 ? UInt16(255) : 0 }
    return try encodePNG(samples, width: width, height: height, channels: 1, depth: .eight)
  }
}

extension Mask {
  /// The mask in the bytes of a PNG file that must have this size; a larger one takes no memory.
  ///
  /// - Parameter name: what to call the file in an error.
  /// - Throws: `ImagingError` of code `malformed` or `mismatch`.
  public init(decodingPNG bytes: Data, width: Int, height: Int, name: String) throws {
    let image = try decodePNG(bytes, name: name, most: width * height)
    guard (image.width, image.height) == (width, height) else {
      throw ImagingError(
        .mismatch,
        "\(name) has \(image.width) x \(image.height) pixels, its image \(width) x \(height)")
    }
    self.init(thresholding: image, above: (image.pixels.max() ?? 0) / 2)
  }
}

extension ColourImage {
  /// An 8-bit RGB PNG.
  ///
  /// - Throws: `ImagingError` of code `unwritable` where memory runs out.
  public func encodedPNG() throws -> Data {
    try encodePNG(
      pixels.map { UInt16($0) }, width: width, height: height, channels: 3, depth: .eight)
  }
}

/// The grey samples of a PNG as an image with the file's own values; spacing is 1 mm.
///
/// - Parameter most: pixels of the largest that is read.
func decodePNG(_ bytes: Data, name: String, most: Int = mostPixels) throws -> Image {
  var decoded = cpng_image()
  var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_LENGTH))
  let status = bytes.withUnsafeBytes { raw in
    cpng_decode(
      raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(most), &decoded, &message)
  }
  guard status == 0, let samples = decoded.samples else {
    throw ImagingError(.malformed, "\(name) is not a whole PNG file (\(String(message: message)))")
  }
  defer { cpng_free(samples) }
  let count = Int(decoded.width) * Int(decoded.height)
  return Image(
    width: Int(decoded.width), height: Int(decoded.height),
    pixels: UnsafeBufferPointer(start: samples, count: count).map { Float($0) })
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
    throw ImagingError(.unwritable, "cannot make a PNG file: \(String(message: message))")
  }
  defer { cpng_free(bytes) }
  return Data(bytes: bytes, count: count)
}
