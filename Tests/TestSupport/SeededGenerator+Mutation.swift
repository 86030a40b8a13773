import Foundation

extension SeededGenerator {
  /// Returns the bytes with a few random changes: flipped bits, replaced, removed, inserted and repeated
  /// bytes.
  ///
  /// - Parameters:
  ///   - bytes: the bytes to change.
  ///   - changes: the largest number of changes.
  ///   - head: number of leading bytes in which most of the changes fall, because a format keeps
  ///     its structure there.
  public mutating func mutated(_ bytes: Data, changes: Int = 4, head: Int = .max) -> Data {
    var mutant = [UInt8](bytes)
    for _ in 0..<Int.random(in: 1...changes, using: &self) where !mutant.isEmpty {
      let end = chance(0.7) ? min(head, mutant.count) : mutant.count
      change(&mutant, at: Int.random(in: 0..<end, using: &self))
    }
    return Data(mutant)
  }

  private mutating func change(_ bytes: inout [UInt8], at index: Int) {
    switch Int.random(in: 0..<7, using: &self) {
    case 0, 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 2: bytes[index] = pick([0, 1, 0x7f, 0x80, 0xff])
    case 3: bytes[index] = UInt8.random(in: 0...255, using: &self)
    case 4: bytes.removeSubrange(index..<min(bytes.count, index + pick([1, 2, 8, bytes.count])))
    case 5: bytes.insert(UInt8.random(in: 0...255, using: &self), at: index)
    default: bytes.append(contentsOf: bytes[index..<min(bytes.count, index + 64)])
    }
  }
}
