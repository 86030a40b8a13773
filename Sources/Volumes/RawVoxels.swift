import CCompression
import Errors
import Foundation
import Imaging

/// The numbers of a file as its text header describes them, before they are decoded.
struct RawVoxels {
  /// The way in which the numbers are written.
  enum Encoding: Hashable, Sendable {
    case raw, text, hexadecimal, deflated, bzip2
  }

  var type: VoxelType
  /// The numbers of numbers along the file's axes; the first one varies fastest.
  var sizes: [Int]
  var encoding: Encoding
  var isBigEndian: Bool

  /// Returns how many numbers there are.
  ///
  /// - Parameter name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageUnsupported` if they are more than are read.
  func count(name: String) throws -> Int {
    var count = 1
    for size in sizes {
      guard size >= 1, size <= maximumVoxelCount, count <= maximumVoxelCount / size else {
        throw DipperError(.imageUnsupported, "\(name) is too large")
      }
      count *= size
    }
    return count
  }

  /// Decodes the numbers into this machine's byte order.
  ///
  /// Memory is allocated only if the bytes can hold all numbers. Bytes after them are ignored.
  ///
  /// - Parameters:
  ///   - bytes: the bytes from the first number on.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageUnsupported` or `imageMalformed`.
  func decoded(_ bytes: Data, name: String) throws -> Data {
    let count = try count(name: name)
    let length = count * type.byteCount
    guard length <= capacity(of: bytes) else {
      throw DipperError(.imageMalformed, "\(name) is truncated: it cannot hold its voxels")
    }
    guard let numbers = decodedBytes(of: bytes, length: length) else {
      throw DipperError(
        .imageMalformed, "\(name) is damaged or truncated: it does not hold \(count) numbers")
    }
    return isBigEndian && type.byteCount > 1 ? swapped(numbers) : numbers
  }

  /// Returns `length` bytes of numbers; nil if there are fewer, or other things than numbers.
  private func decodedBytes(of bytes: Data, length: Int) -> Data? {
    switch encoding {
    case .raw: bytes.prefix(length)
    case .text: decodedText(bytes, length: length)
    case .hexadecimal: decodedHexadecimal(bytes, length: length)
    case .deflated: decompressed(bytes, length: length, by: ccompression_inflate)
    case .bzip2: decompressed(bytes, length: length, by: ccompression_bunzip2)
    }
  }

  /// The largest ratio of decompressed to compressed bytes that deflate can reach. bzip2 exceeds it
  /// for one long run only.
  private static let largestRatio = 1032

  /// Returns the most bytes of numbers that a file's bytes can hold.
  private func capacity(of bytes: Data) -> Int {
    switch encoding {
    case .raw: bytes.count
    case .text: (bytes.count + 1) / 2 * type.byteCount  // a digit and a space for each number
    case .hexadecimal: bytes.count / 2
    case .deflated, .bzip2: bytes.count * Self.largestRatio
    }
  }

  private func decompressed(
    _ bytes: Data, length: Int,
    by decompress: (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int) -> Int32
  ) -> Data? {
    var numbers = Data(count: length)
    let status = numbers.withUnsafeMutableBytes { out in
      bytes.withUnsafeBytes { raw in
        decompress(
          raw.bindMemory(to: UInt8.self).baseAddress, raw.count,
          out.bindMemory(to: UInt8.self).baseAddress, length)
      }
    }
    return status == 0 ? numbers : nil
  }

  private func swapped(_ numbers: Data) -> Data {
    var swapped = numbers
    let size = type.byteCount
    swapped.withUnsafeMutableBytes { raw in
      for start in stride(from: 0, to: raw.count, by: size) {
        for byte in 0..<size / 2 { raw.swapAt(start + byte, start + size - 1 - byte) }
      }
    }
    return swapped
  }
}

/// Decodes pairs of hexadecimal digits between white space; nil if there are too few of them.
private func decodedHexadecimal(_ bytes: Data, length: Int) -> Data? {
  var numbers = Data(capacity: length)
  var high: UInt8?
  for byte in bytes {
    guard let digit = hexadecimalValue(byte) else {
      guard isSpace(byte) else { return nil }
      continue
    }
    if let first = high {
      numbers.append(first << 4 | digit)
      high = nil
      if numbers.count == length { return numbers }
    } else {
      high = digit
    }
  }
  return nil
}

private func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

// Numbers in text

extension RawVoxels {
  fileprivate func decodedText(_ bytes: Data, length: Int) -> Data? {
    switch type {
    case .int8: parsed(bytes, length: length) { Int8($0) }
    case .uint8: parsed(bytes, length: length) { UInt8($0) }
    case .int16: parsed(bytes, length: length) { Int16($0) }
    case .uint16: parsed(bytes, length: length) { UInt16($0) }
    case .int32: parsed(bytes, length: length) { Int32($0) }
    case .uint32: parsed(bytes, length: length) { UInt32($0) }
    case .int64: parsed(bytes, length: length) { Int64($0) }
    case .uint64: parsed(bytes, length: length) { UInt64($0) }
    case .float32: parsed(bytes, length: length) { Float($0) }
    case .float64: parsed(bytes, length: length) { Double($0) }
    }
  }

  private func parsed<Number: BitwiseCopyable>(
    _ bytes: Data, length: Int, number: (String) -> Number?
  ) -> Data? {
    var numbers = Data(capacity: length)
    return bytes.withUnsafeBytes { text -> Data? in
      var words = NumberWords(raw: text)
      while numbers.count < length {
        guard let word = words.next(), let one = number(word) else { return nil }
        withUnsafeBytes(of: one) { (raw: UnsafeRawBufferPointer) in
          numbers.append(contentsOf: raw)
        }
      }
      return numbers
    }
  }
}

/// The words of a text between white space and commas, which NRRD allows between numbers.
private struct NumberWords {
  let raw: UnsafeRawBufferPointer
  private var offset = 0
  /// The largest length of a word; no number is longer.
  private static let limit = 64

  init(raw: UnsafeRawBufferPointer) { self.raw = raw }

  /// Returns the next word; nil at the end or if it is too long.
  mutating func next() -> String? {
    while offset < raw.count, isSeparator(raw[offset]) { offset += 1 }
    let start = offset
    while offset < raw.count, !isSeparator(raw[offset]) { offset += 1 }
    guard start < offset, offset - start <= Self.limit else { return nil }
    return String(decoding: raw[start..<offset], as: UTF8.self)
  }

  private func isSeparator(_ byte: UInt8) -> Bool { isSpace(byte) || byte == UInt8(ascii: ",") }
}
