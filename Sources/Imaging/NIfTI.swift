import CNIfTI
import Foundation

/// The single slice of a NIfTI file in display orientation.
///
/// niftilib reads files only, so the bytes pass through a temporary one.
func decodeNIfTI(_ bytes: Data, compressed: Bool, name: String) throws -> Image {
  let file = temporaryFile(compressed: compressed)
  try write(bytes, to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  // Deflate shrinks by a factor of at most 1032.
  let available = compressed ? bytes.count * 1032 : bytes.count
  var slice = cnifti_slice()
  var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
  let status = cnifti_read(file.path, UInt64(available), UInt64(mostPixels), &slice, &message)
  guard status == 0, let samples = slice.samples else {
    throw ImagingError(
      status == 2 ? .unsupported : .malformed, "\(name) \(String(message: message))")
  }
  defer { cnifti_free(samples) }
  let count = Int(slice.width) * Int(slice.height)
  let raw = Image(
    width: Int(slice.width), height: Int(slice.height), spacing: Spacing(x: slice.dx, y: slice.dy),
    pixels: Array(UnsafeBufferPointer(start: samples, count: count)))
  return raw.displayed(slice)
}

extension Image {
  /// Turns raw axes into columns and rows of the display.
  fileprivate func displayed(_ slice: cnifti_slice) -> Image {
    let isTransposed = slice.transposed != 0
    let (columns, rows) = isTransposed ? (height, width) : (width, height)
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

  /// A float32 NIfTI file of one slice, axes L, P, with this image's spacing.
  ///
  /// - Throws: `ImagingError` of code `unwritable`.
  public func encodedNIfTI(compressed: Bool) throws -> Data {
    try encodeNIfTI(compressed: compressed) { path, message in
      cnifti_write(
        path, pixels, nil, Int32(width), Int32(height), spacing.x, spacing.y, message)
    }
  }
}

extension Mask {
  /// A uint8 NIfTI file of one slice, 1 inside, axes L, P, with this mask's spacing.
  ///
  /// - Throws: `ImagingError` of code `unwritable`.
  public func encodedNIfTI(compressed: Bool) throws -> Data {
    let labels = pixels.map { $0 ? UInt8(1) : 0 }
    return try encodeNIfTI(compressed: compressed) { path, message in
      cnifti_write(
        path, nil, labels, Int32(width), Int32(height), spacing.x, spacing.y, message)
    }
  }
}

private func encodeNIfTI(
  compressed: Bool, _ body: (String, UnsafeMutablePointer<CChar>) -> Int32
) throws -> Data {
  let file = temporaryFile(compressed: compressed)
  defer { try? FileManager.default.removeItem(at: file) }
  var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
  guard body(file.path, &message) == 0 else {
    throw ImagingError(.unwritable, "\(file.path) \(String(message: message))")
  }
  return try readFile(file)
}

private func temporaryFile(compressed: Bool) -> URL {
  let suffix = compressed ? ".nii.gz" : ".nii"
  return FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + suffix)
}

private func write(_ bytes: Data, to file: URL) throws {
  do {
    try bytes.write(to: file)
  } catch {
    throw ImagingError(
      .unwritable, "cannot write the temporary file \(file.path); is the disk full?", cause: error)
  }
}

extension String {
  /// The text of a C buffer up to its terminator.
  init(message: [CChar]) {
    self = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
