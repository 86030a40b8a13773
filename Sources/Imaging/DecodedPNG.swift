import CPNG
import Errors
import Foundation

/// The pixels of a PNG file as they are stored: grey values, colours or indices of a palette, with
/// or without an alpha channel.
final class DecodedPNG {
  /// The number of columns, > 0.
  var width: Int { Int(decoded.width) }
  /// The number of rows, > 0.
  var height: Int { Int(decoded.height) }
  /// The number of samples of a pixel: 1 for grey or an index, 2 with alpha, 3 for a colour, 4 with
  /// alpha.
  var channels: Int { Int(decoded.channels) }
  /// The colours to which the samples are indices, red, green and blue; empty if they are values.
  let palette: [SIMD3<Int>]
  private let decoded: cpng_image

  /// Decodes the bytes of a PNG file.
  ///
  /// - Parameters:
  ///   - name: the name of the file in errors.
  ///   - pixelLimit: the number of pixels above which the file is refused.
  /// - Throws: `DipperError` of code `imageMalformed`.
  init(_ bytes: Data, name: String, pixelLimit: Int = maximumPixelCount) throws {
    var image = cpng_image()
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_LENGTH))
    let status = bytes.withUnsafeBytes { raw in
      cpng_decode(
        raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(pixelLimit), &image,
        &message)
    }
    guard status == 0 else {
      throw DipperError(
        .imageMalformed, "\(name) is not a whole PNG file (\(String(message: message)))")
    }
    palette = withUnsafeBytes(of: &image.palette) { stored in
      (0..<Int(image.palette_count)).map { index in
        SIMD3(Int(stored[3 * index]), Int(stored[3 * index + 1]), Int(stored[3 * index + 2]))
      }
    }
    decoded = image
  }

  deinit { cpng_free(decoded.samples) }

  /// The number of pixels.
  var count: Int { width * height }

  /// Returns a sample of a pixel; both indices count from 0 in row-major order.
  func sample(_ channel: Int, of pixel: Int) -> Int {
    let index = pixel * channels + channel
    return decoded.bits == 16
      ? Int(decoded.samples.load(fromByteOffset: 2 * index, as: UInt16.self))
      : Int(decoded.samples.load(fromByteOffset: index, as: UInt8.self))
  }

  /// Returns the colour of a pixel, without its alpha; an index beyond the palette is black.
  func colour(of pixel: Int) -> SIMD3<Int> {
    if !palette.isEmpty {
      let index = sample(0, of: pixel)
      return index < palette.count ? palette[index] : .zero
    }
    guard channels > 2 else { return SIMD3(repeating: sample(0, of: pixel)) }
    return SIMD3(sample(0, of: pixel), sample(1, of: pixel), sample(2, of: pixel))
  }

  /// The image of the pixels' grey values; colours become their luminance (Rec. 709), alpha is
  /// ignored.
  var grey: Image {
    let isColoured = channels > 2 || !palette.isEmpty
    return image { isColoured ? luminance(of: self.colour(of: $0)) : self.sample(0, of: $0) }
  }

  /// Tells whether a pixel has a colour other than a shade of grey.
  var isColoured: Bool {
    guard channels > 2 || !palette.isEmpty else { return false }
    return (0..<count).contains { !colour(of: $0).isGrey }
  }

  /// Returns the image with a value for each pixel, whose index counts from 0 in row-major order.
  func image(_ value: (Int) -> Int) -> Image {
    Image(width: width, height: height, pixels: (0..<count).map { Float(value($0)) })
  }
}

extension SIMD3<Int> {
  /// Tells whether a colour is a shade of grey.
  var isGrey: Bool { x == y && y == z }
}

private func luminance(of colour: SIMD3<Int>) -> Int {
  Int(0.2126 * Double(colour.x) + 0.7152 * Double(colour.y) + 0.0722 * Double(colour.z) + 0.5)
}
