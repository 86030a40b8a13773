import Foundation

/// A slice that is encoded as a DICOM file from the standard (PS3.5 and PS3.10), independently of
/// the library under test.
struct HandmadeDICOM {
  var columns: Int
  var rows: Int
  var values: [Int16]

  /// Returns the bytes of the file.
  ///
  /// - Parameter isDeflated: whether the data set is a deflate stream; it then consists of stored
  ///   blocks.
  func bytes(isDeflated: Bool) -> Data {
    let syntax = isDeflated ? "1.2.840.10008.1.2.1.99" : "1.2.840.10008.1.2.1\0"
    let meta = element(0x0002, 0x0010, type: "UI", value: Data(syntax.utf8))
    let length = element(0x0002, 0x0000, type: "UL", value: Self.little(UInt32(meta.count)))
    return Data(count: 128) + Data("DICM".utf8) + length + meta
      + (isDeflated ? Self.stored(dataSet) : dataSet)
  }

  private var dataSet: Data {
    let ct = Data("1.2.840.10008.5.1.4.1.1.2\0".utf8)
    let pixels = values.reduce(into: Data()) { $0 += Self.little($1) }
    return element(0x0008, 0x0016, type: "UI", value: ct)
      + element(0x0020, 0x0032, type: "DS", value: Data("0\\0\\0 ".utf8))
      + element(0x0020, 0x0037, type: "DS", value: Data("1\\0\\0\\0\\1\\0 ".utf8))
      + number(0x0028, 0x0002, value: 1)
      + number(0x0028, 0x0010, value: rows) + number(0x0028, 0x0011, value: columns)
      + element(0x0028, 0x0030, type: "DS", value: Data("1\\1 ".utf8))
      + number(0x0028, 0x0100, value: 16) + number(0x0028, 0x0101, value: 16)
      + number(0x0028, 0x0102, value: 15) + number(0x0028, 0x0103, value: 1)
      + element(0x7fe0, 0x0010, type: "OW", value: pixels)
  }

  private func number(_ group: UInt16, _ number: UInt16, value: Int) -> Data {
    element(group, number, type: "US", value: Self.little(UInt16(value)))
  }

  private func element(
    _ group: UInt16, _ number: UInt16, type: String, value: Data
  ) -> Data {
    let isLong = type == "OW"
    return Self.little(group) + Self.little(number) + Data(type.utf8)
      + (isLong
        ? Data(count: 2) + Self.little(UInt32(value.count)) : Self.little(UInt16(value.count)))
      + value
  }

  private static func stored(_ bytes: Data) -> Data {
    precondition(bytes.count < 1 << 16)
    let count = UInt16(bytes.count)
    return Data([1]) + little(count) + little(~count) + bytes
  }

  private static func little(_ value: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }
}
