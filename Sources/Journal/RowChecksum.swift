/// The 64-bit FNV-1a hash of a row, which detects every change of a single byte.
struct RowChecksum {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Hashes the columns time, kind, job and body. A zero byte follows each of the last three.
  init(
    time: Double, kind: UnsafeRawBufferPointer, job: UnsafeRawBufferPointer,
    body: UnsafeRawBufferPointer
  ) {
    withUnsafeBytes(of: time.bitPattern.littleEndian) { take($0) }
    for bytes in [kind, job, body] {
      take(bytes)
      take(0)
    }
  }

  /// The hash as the signed integer of the column `checksum`.
  var value: Int64 { Int64(bitPattern: hash) }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) { for byte in bytes { take(byte) } }

  private mutating func take(_ byte: UInt8) {
    hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }
}
