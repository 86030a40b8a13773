import Foundation
import Jobs
import TestSupport
import Testing

/// Foundation's encoder is the reference: the same bytes for whatever is encoded.
private func foundation(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return try encoder.encode(value)
}

private func expectSame(_ value: some Encodable, _ location: SourceLocation = #_sourceLocation)
  throws
{
  let found = try CanonicalJSON().encode(value)
  let wanted = try foundation(value)
  #expect(
    found == wanted,
    "\(String(decoding: found, as: UTF8.self)) instead of \(String(decoding: wanted, as: UTF8.self))",
    sourceLocation: location)
}

private struct Leaf: Encodable {
  var name: String
  var value: Double?
  var flag = true
  var small: Float = 0.1
  var words: [UInt64] = [0, .max]
}

private indirect enum Tree: Encodable {
  case leaf(Leaf)
  case pair(Tree, named: Tree)
  case many([Tree], by: [String: Int])
  case none
}

private final class Derived: Base {
  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(1, forKey: .own)
    try super.encode(to: container.superEncoder())
    var list = container.nestedUnkeyedContainer(forKey: .list)
    try list.encodeNil()
    try list.encode("a")
    var inner = list.nestedContainer(keyedBy: Key.self)
    // Out of order, and after its parent has gone on.
    try container.encodeNil(forKey: .empty)
    try inner.encode(false, forKey: .own)
  }
  private enum Key: CodingKey { case own, list, empty }
}

private class Base: Encodable {
  var base = "b"
}

@Test func everyKindOfContainerIsAsFoundationWritesIt() throws {
  let leaf = Tree.leaf(Leaf(name: "x", value: nil))
  try expectSame(
    Tree.many([leaf, .none, .pair(leaf, named: .none)], by: ["b": 1, "a": -2, "B": 3]))
  try expectSame(Derived())
  try expectSame([String: Int]())
  try expectSame([Int]())
  try expectSame([true, false])
  try expectSame(["one": [1.5, 2], "two": []])
  try expectSame("top")
  try expectSame(Optional<Int>.none)
}

@Test func everyCharacterIsEscapedAsFoundationEscapesIt() throws {
  for code in 0..<0x300 {
    guard let scalar = Unicode.Scalar(code) else { continue }
    try expectSame("a\(Character(scalar))b")
    try expectSame(["key\(Character(scalar))": 1])
  }
  try expectSame("/ \u{2028} 😀 e\u{301}")
}

@Test func everyNumberIsAsFoundationWritesIt() throws {
  var generator = SeededGenerator(seed: 5)
  let special = [
    0, -0.0, 1, -1, 0.1, 1e-5, 1e15, 1e16, 1e17, 1e300, .pi, .leastNonzeroMagnitude,
    .greatestFiniteMagnitude, 123_456_789_012_345_680,
  ]
  try expectSame(special)
  for _ in 0..<5000 {
    let value = Double(bitPattern: generator.next())
    if value.isFinite { try expectSame([value]) }
    let small = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
    if small.isFinite { try expectSame([small]) }
    try expectSame([Int64(truncatingIfNeeded: generator.next())])
  }
}

@Test func aNumberThatJSONLacksIsRefused() {
  #expect(throws: EncodingError.self) { try CanonicalJSON().encode([Double.nan]) }
}

@Test func aNumberThatJSONLacksIsTextWhereItMayBe() throws {
  for value in [Double.infinity, -.infinity, .nan, 2.5, 3] {
    var text = JSONText()
    text.append(value)
    #expect(try Data(text.bytes) == foundation(value))
  }
}
