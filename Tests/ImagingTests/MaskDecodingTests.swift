import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing

private func labels(_ file: HandmadePNG) throws -> [Float] {
  try Image(decodingLabels: file.bytes, name: "m.png").pixels
}

private func pixels(of colours: [[UInt8]], _ indices: [Int]) -> [UInt8] {
  indices.flatMap { colours[$0] }
}

@Test("the index of a palette is the label, whatever its colour is", arguments: [1, 2, 4, 8])
func paletteIndices(depth: Int) throws {
  let indices: [UInt8] = depth == 1 ? [0, 1, 1, 0, 1, 0] : [0, 2, 1, 3, 1, 0]
  var file = HandmadePNG(.palette, width: 3, samples: indices)
  file.depth = depth
  for palette in [
    [[0, 0, 0], [128, 0, 0], [0, 128, 0], [1, 1, 1]],
    [[255, 255, 255], [0, 0, 0], [9, 9, 9], [0, 0, 1]],
  ] as [[[UInt8]]] {
    file.palette = Array(palette.prefix(1 << depth))
    #expect(try labels(file) == indices.map(Float.init))
  }
}

@Test("a mask is in the alpha channel if the colours are all equal")
func alphaMask() throws {
  let white: [[UInt8]] = [[255, 255, 255, 0], [255, 255, 255, 255]]
  let colour = HandmadePNG(.rgba, width: 2, samples: pixels(of: white, [0, 1, 1, 0]))
  #expect(try labels(colour) == [0, 255, 255, 0])
  #expect(
    try Mask(decodingTwoValued: colour.bytes, name: "m").pixels == [false, true, true, false])
  let grey = HandmadePNG(.greyAlpha, width: 2, samples: [7, 0, 7, 9, 7, 0, 7, 9])
  #expect(try labels(grey) == [0, 9, 0, 9])
}

@Test("an alpha channel of one value, or one that agrees with the colours, is ignored")
func agreeingAlpha() throws {
  let opaque: [[UInt8]] = [[0, 0, 0, 255], [3, 3, 3, 255]]
  #expect(
    try labels(HandmadePNG(.rgba, width: 2, samples: pixels(of: opaque, [0, 1, 1, 0])))
      == [0, 3, 3, 0])
  let agreeing: [[UInt8]] = [[0, 0, 0, 0], [3, 3, 3, 200], [4, 4, 4, 255]]
  #expect(
    try labels(HandmadePNG(.rgba, width: 2, samples: pixels(of: agreeing, [0, 1, 2, 0])))
      == [0, 3, 4, 0])
  let contrary: [[UInt8]] = [[0, 0, 0, 0], [0, 0, 0, 255], [255, 255, 255, 255]]
  let file = HandmadePNG(.rgba, width: 2, samples: pixels(of: contrary, [0, 1, 2, 0]))
  let error = expectError(in: .imaging) { try labels(file) }
  #expect(error?.message.contains("alpha channel that contradicts its colours") == true)
}

@Test("grey colours are their value, and colours of unknown labels are refused by name")
func colours() throws {
  let grey: [[UInt8]] = [[0, 0, 0], [2, 2, 2], [104, 104, 104]]
  #expect(
    try labels(HandmadePNG(.rgb, width: 2, samples: pixels(of: grey, [0, 2, 1, 0])))
      == [0, 104, 2, 0])
  let onBlack: [[UInt8]] = [[0, 0, 0], [0, 0, 250]]
  #expect(
    try labels(HandmadePNG(.rgb, width: 2, samples: pixels(of: onBlack, [0, 1, 1, 0])))
      == [0, 1, 1, 0])
  let many: [[UInt8]] = [[0, 0, 0], [250, 0, 0], [0, 128, 7]]
  let file = HandmadePNG(.rgb, width: 2, samples: pixels(of: many, [0, 1, 2, 0]))
  let error = expectError(in: .imaging) { try labels(file) }
  #expect(error?.code == .imageUnsupported)
  #expect(
    error?.message.contains("3 colours, red, green and blue (0, 0, 0), (0, 128, 7), (250, 0, 0)")
      == true)
  let two: [[UInt8]] = [[255, 255, 255], [250, 0, 0]]
  let onWhite = HandmadePNG(.rgb, width: 2, samples: pixels(of: two, [0, 1, 1, 0]))
  expectError(in: .imaging) { try labels(onWhite) }
}

@Test(
  "of two values the larger is inside",
  arguments: [(0, 1), (1, 2), (2, 3), (128, 255), (-1, 0), (-3, -2)] as [(Float, Float)])
func largerInside(low: Float, high: Float) throws {
  let image = Image(width: 2, height: 2, pixels: [low, high, high, low])
  #expect(try Mask(twoValued: image, name: "m.png").pixels == [false, true, true, false])
}

@Test("a mask of one value, or of more than two, is refused with the values")
func notTwoValued() {
  for value: Float in [0, 7] {
    let uniform = Image(width: 2, height: 1, value: value)
    let error = expectError(in: .imaging) { try Mask(twoValued: uniform, name: "m.png") }
    #expect(error?.code == .gridMismatch)
    #expect(error?.message.hasPrefix("the mask m.png has one value, \(Int(value)), in") == true)
  }
  let labels = Image(width: 4, height: 1, pixels: [0, 1, 2.5, -3])
  let error = expectError(in: .imaging) { try Mask(twoValued: labels, name: "m.png") }
  #expect(
    error?.message.hasPrefix("the mask m.png has 4 different values (-3, 0, 1, 2.5)") == true)
}

@Test("a volume gives the values nearest to the points of a plane, and none outside")
func sampledPlane() {
  let samples = (0..<2 * 3 * 2).map { UInt8($0) }
  let volume = Volume(
    grid: VolumeGrid(size: SIMD3(2, 3, 2), spacing: SIMD3(1, 1, 1)), type: .uint8,
    samples: Data(samples), slope: 2, intercept: 1)
  let values = volume.nearestValues(
    to: SampledPlane(
      start: SIMD3(1.4, 2.4, 1), column: SIMD3(0, -1, 0), row: SIMD3(-1, 0, 0), width: 4,
      height: 2))
  #expect(values.prefix(3) == [23, 19, 15] && values[4..<7] == [21, 17, 13])
  #expect(values[3].isNaN && values[7].isNaN)
}
