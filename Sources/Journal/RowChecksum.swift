/// FNV-1a of a row, in 64 bits: any damage within one byte is found for certain.
struct RowChecksum {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Of the values of the columns time, kind, job and body.
  static func of(
    _ time: Double, _ kind: UnsafeRawBufferPointer, _ job: UnsafeRawBufferPointer,
    _ body: UnsafeRawBufferPointer
  ) -> Int64 {
    var checksum = RowChecksum()
    withUnsafeBytes(of: time.bitPattern.littleEndian) { checksum.take($0) }
    for text in [kind, job, body] {
      checksum.take(text)
      checksum.take(0)
    }
    return Int64(bitPattern: checksum.hash)
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) { for byte in bytes { take(byte) } }

  private mutating func take(_ byte: UInt8) {
    hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }
}
