import CNIfTI
import Errors
import Foundation

/// Decodes the single slice of a NIfTI file, gzipped or not, in display orientation.
func decodeNIfTI(_ bytes: Data, name: String) throws -> Image {
  var slice = cnifti_slice()
  var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
  let status = bytes.withUnsafeBytes { raw in
    cnifti_read(
      raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(maximumPixelCount), &slice,
      &message)
  }
  guard status == 0, let samples = slice.samples else {
    throw DipperError(
      status == 2 ? .imageUnsupported : .imageMalformed, "\(name) \(String(message: message))")
  }
  defer { cnifti_free(samples) }
  let count = Int(slice.width) * Int(slice.height)
  let raw = Image(
    width: Int(slice.width), height: Int(slice.height), spacing: Spacing(x: slice.dx, y: slice.dy),
    pixels: Array(UnsafeBufferPointer(start: samples, count: count)))
  return raw.displayed(slice)
}

extension Image {
  /// Turns the raw axes of a slice into the columns and rows of the display.
  fileprivate func displayed(_ slice: cnifti_slice) -> Image {
    let isTransposed = slice.transposed != 0
    let columns = isTransposed ? height : width
    let rows = isTransposed ? width : height
    let turnedSpacing = isTransposed ? Spacing(x: spacing.y, y: spacing.x) : spacing
    var turned = Image(width: columns, height: rows, spacing: turnedSpacing, value: 0)
    for y in 0..<rows {
      for x in 0..<columns {
        let column = slice.flipped_columns != 0 ? columns - 1 - x : x
        let row = slice.flipped_rows != 0 ? rows - 1 - y : y
        turned[x, y] = isTransposed ? self[row, column] : self[column, row]
      }
    }
    return turned
  }

  /// Encodes the image as a NIfTI file of one slice, type float32.
  ///
  /// Columns run towards the patient's left and rows towards the back, with this image's spacing.
  /// Equal images have equal bytes.
  ///
  /// - Parameter compressed: whether the file is gzipped.
  ///
  /// - Throws: `DipperError` of code `imageUnsupported` (a side over 32767) or `imageUnwritable`.
  public func encodedNIfTI(compressed: Bool) throws -> Data {
    try encodeNIfTI(width: width, height: height) { bytes, count, message in
      cnifti_write(
        pixels, nil, Int32(width), Int32(height), spacing.x, spacing.y, compressed ? 1 : 0, bytes,
        count, message)
    }
  }
}

extension Mask {
  /// Encodes the mask as a NIfTI file of one slice, type uint8, 1 inside.
  ///
  /// Columns run towards the patient's left and rows towards the back, with this mask's spacing.
  /// Equal masks have equal bytes.
  ///
  /// - Parameter compressed: whether the file is gzipped.
  ///
  /// - Throws: `DipperError` of code `imageUnsupported` (a side over 32767) or `imageUnwritable`.
  public func encodedNIfTI(compressed: Bool) throws -> Data {
    let labels = pixels.map { $0 ? UInt8(1) : 0 }
    return try encodeNIfTI(width: width, height: height) { bytes, count, message in
      cnifti_write(
        nil, labels, Int32(width), Int32(height), spacing.x, spacing.y, compressed ? 1 : 0, bytes,
        count, message)
    }
  }
}

private func encodeNIfTI(
  width: Int, height: Int,
  _ body: (
    UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<Int>,
    UnsafeMutablePointer<CChar>
  ) -> Int32
) throws -> Data {
  // NIfTI-1 stores the number of pixels along an axis in a signed 16-bit field.
  guard max(width, height) <= Int(Int16.max) else {
    throw DipperError(
      .imageUnsupported, "NIfTI cannot hold \(width) x \(height) pixels: a side is over 32767")
  }
  var bytes: UnsafeMutablePointer<UInt8>?
  var count = 0
  var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
  guard body(&bytes, &count, &message) == 0, let bytes else {
    throw DipperError(.imageUnwritable, "the NIfTI file \(String(message: message))")
  }
  defer { cnifti_free(bytes) }
  return Data(bytes: bytes, count: count)
}

extension String {
  /// Decodes the text of a C buffer up to its terminator.
  package init(message: [CChar]) {
    self = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
