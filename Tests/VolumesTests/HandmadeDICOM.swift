import Foundation

/// A DICOM data set that is encoded from the standard (PS3.5 and PS3.10), independently of the
/// library under test: explicit value types, little-endian.
struct HandmadeDICOM {
  /// The types and values of the elements by their tags, such as 0x0028_0010.
  private var elements: [UInt32: (type: String, value: Data)] = [:]

  /// Creates a data set without elements, such as an item of a sequence.
  init() {}

  /// Creates an axial CT slice of 16-bit integers, 1 x 1 mm.
  init(columns: Int, rows: Int, values: [Int16], series: String = "1.2.5") {
    text(0x0008_0016, type: "UI", "1.2.840.10008.5.1.4.1.1.2")
    text(0x0020_000e, type: "UI", series)
    text(0x0020_0032, type: "DS", "0\\0\\0")
    text(0x0020_0037, type: "DS", "1\\0\\0\\0\\1\\0")
    text(0x0028_0030, type: "DS", "1\\1")
    describe(columns: columns, rows: rows, bits: 16, isSigned: true)
    set(0x7fe0_0010, type: "OW", values.reduce(into: Data()) { $0 += little($1) })
  }

  /// Sets the elements that describe the voxels.
  mutating func describe(columns: Int, rows: Int, bits: Int, isSigned: Bool = false) {
    number(0x0028_0002, 1)
    text(0x0028_0004, type: "CS", "MONOCHROME2")
    number(0x0028_0010, rows)
    number(0x0028_0011, columns)
    number(0x0028_0100, bits)
    number(0x0028_0101, bits)
    number(0x0028_0102, bits - 1)
    number(0x0028_0103, isSigned ? 1 : 0)
  }

  mutating func set(_ tag: UInt32, type: String, _ value: Data) { elements[tag] = (type, value) }

  /// Sets an element of text, which is padded to an even length.
  mutating func text(_ tag: UInt32, type: String, _ value: String) {
    let bytes = Data(value.utf8)
    let padding: [UInt8] = bytes.count % 2 == 0 ? [] : [type == "UI" ? 0 : 0x20]
    set(tag, type: type, bytes + padding)
  }

  /// Sets an element of 16-bit numbers without sign.
  mutating func number(_ tag: UInt32, _ values: Int...) {
    set(
      tag, type: "US", values.reduce(into: Data()) { $0 += little(UInt16(truncatingIfNeeded: $1)) })
  }

  /// Sets a sequence.
  mutating func items(_ tag: UInt32, _ items: [HandmadeDICOM]) {
    let bytes = items.reduce(into: Data()) { bytes, item in
      let content = item.dataSet
      bytes += little(UInt16(0xfffe)) + little(UInt16(0xe000)) + little(UInt32(content.count))
      bytes += content
    }
    set(tag, type: "SQ", bytes)
  }

  mutating func remove(_ tag: UInt32) { elements[tag] = nil }

  /// Returns the bytes of the file.
  ///
  /// - Parameter isDeflated: whether the data set is a deflate stream; it then consists of stored
  ///   blocks.
  func bytes(isDeflated: Bool = false) -> Data {
    let syntax = isDeflated ? "1.2.840.10008.1.2.1.99" : "1.2.840.10008.1.2.1\0"
    let meta = element(0x0002_0010, type: "UI", value: Data(syntax.utf8))
    let length = element(0x0002_0000, type: "UL", value: little(UInt32(meta.count)))
    return Data(count: 128) + Data("DICM".utf8) + length + meta
      + (isDeflated ? stored(dataSet) : dataSet)
  }

  private var dataSet: Data {
    elements.sorted { $0.key < $1.key }.reduce(into: Data()) { bytes, one in
      bytes += element(one.key, type: one.value.type, value: one.value.value)
    }
  }

  private func element(_ tag: UInt32, type: String, value: Data) -> Data {
    let isLong = ["OB", "OW", "OF", "OD", "SQ"].contains(type)
    return little(UInt16(tag >> 16)) + little(UInt16(tag & 0xffff)) + Data(type.utf8)
      + (isLong ? Data(count: 2) + little(UInt32(value.count)) : little(UInt16(value.count)))
      + value
  }

  private func stored(_ bytes: Data) -> Data {
    precondition(bytes.count < 1 << 16)
    let count = UInt16(bytes.count)
    return Data([1]) + little(count) + little(~count) + bytes
  }
}

/// Encodes an integer with its lowest byte first.
func little(_ value: some FixedWidthInteger) -> Data {
  withUnsafeBytes(of: value.littleEndian) { Data($0) }
}
