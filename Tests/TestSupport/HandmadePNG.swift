import Foundation

/// A PNG file of any colour type, written by hand after the specification (ISO 15948), so that the
/// reader under test is not its own judge.
public struct HandmadePNG {
  /// The colour types of PNG.
  public enum ColourType: UInt8 {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgba = 6

    var channels: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }
  }

  /// The type of the samples.
  public var type: ColourType
  /// The number of columns.
  public var width: Int
  /// The samples of all pixels, interleaved and row-major.
  public var samples: [UInt8]
  /// The number of bits of a sample, 1 to 8.
  public var depth = 8
  /// The colours of a palette, red, green and blue.
  public var palette: [[UInt8]] = []

  /// Creates a file with 8 bits per sample.
  public init(_ type: ColourType, width: Int, samples: [UInt8]) {
    self.type = type
    self.width = width
    self.samples = samples
  }

  /// The bytes of the file.
  public var bytes: Data {
    let height = samples.count / (width * type.channels)
    var file = Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    file += pngChunk(
      "IHDR",
      bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [UInt8(depth), type.rawValue, 0, 0, 0])
    if !palette.isEmpty { file += pngChunk("PLTE", palette.flatMap { $0 }) }
    file += pngChunk("IDAT", zlibStored(rows))
    return file + pngChunk("IEND", [])
  }

  /// The packed rows, each after the byte 0 for no filter.
  private var rows: [UInt8] {
    let across = width * type.channels
    return stride(from: 0, to: samples.count, by: across).flatMap { start in
      var row = [UInt8](repeating: 0, count: (across * depth + 7) / 8)
      for (index, sample) in samples[start..<start + across].enumerated() {
        let bit = index * depth
        row[bit / 8] |= sample << UInt8(8 - depth - bit % 8)
      }
      return [0] + row
    }
  }
}

/// Returns a chunk of a PNG file with its length and checksum.
///
/// - Parameters:
///   - name: the four letters of the chunk's type.
///   - contents: the bytes of the chunk.
public func pngChunk(_ name: String, _ contents: [UInt8]) -> Data {
  let body = Array(name.utf8) + contents
  return Data(bigEndian(UInt32(contents.count)) + body + bigEndian(crc32(body)))
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
}

/// Returns a zlib stream (RFC 1950) of one uncompressed block.
private func zlibStored(_ bytes: [UInt8]) -> [UInt8] {
  let count = UInt16(bytes.count)
  func littleEndian(_ number: UInt16) -> [UInt8] { [UInt8(number & 255), UInt8(number >> 8)] }
  var low: UInt32 = 1
  var high: UInt32 = 0
  for byte in bytes {
    low = (low + UInt32(byte)) % 65521
    high = (high + low) % 65521
  }
  return [0x78, 0x01, 0x01] + littleEndian(count) + littleEndian(~count) + bytes
    + bigEndian(high << 16 | low)
}

/// Computes the checksum of a PNG chunk by its definition (ISO 3309).
public func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var sum: UInt32 = .max
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = (sum >> 1) ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
  }
  return ~sum
}
