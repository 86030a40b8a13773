import Foundation

extension SeededGenerator {
  /// The bytes with a few changes: a bit, a byte, a cut, an insertion, a doubled part, a large number.
  ///
  /// - Parameter head: where most of the changes fall, because a format keeps its structure there.
  public mutating func mutated(_ bytes: Data, changes: Int = 4, head: Int = .max) -> Data {
    var mutant = [UInt8](bytes)
    for _ in 0..<Int.random(in: 1...changes, using: &self) where !mutant.isEmpty {
      let end = chance(0.7) ? min(head, mutant.count) : mutant.count
      change(&mutant, at: Int.random(in: 0..<end, using: &self))
    }
    return Data(mutant)
  }

  private mutating func change(_ bytes: inout [UInt8], at place: Int) {
    switch Int.random(in: 0..<7, using: &self) {
    case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 2: bytes[place] = pick([0, 1, 0x7f, 0x80, 0xff])
    case 3: bytes[place] = UInt8.random(in: 0...255, using: &self)
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + pick([1, 2, 8, bytes.count])))
    case 5: bytes.insert(UInt8.random(in: 0...255, using: &self), at: place)
    default: bytes.append(contentsOf: bytes[place..<min(bytes.count, place + 64)])
    }
  }
}
