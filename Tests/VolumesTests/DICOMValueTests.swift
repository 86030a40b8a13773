import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

private let stored = [Int16](arrayLiteral: -3, 0, 5, 7, 100, 2000)

/// A slice of 3 x 2 voxels.
private func slice(_ change: (inout HandmadeDICOM) -> Void) throws -> VolumeFile {
  var file = HandmadeDICOM(columns: 3, rows: 2, values: stored)
  change(&file)
  return try VolumeFile(decoding: file.bytes(), name: "it")
}

private func expectValues(_ file: VolumeFile, _ values: [Float], says word: String) {
  #expect(file.layers.count == 1)
  #expect(file.layers[0].slice(0).pixels == values)
  #expect(file.remarks.contains { $0.contains(word) }, "\(file.remarks)")
}

@Test("a RescaleSlope of 0 counts as 1, and that is said") func slopeOfZero() throws {
  let file = try slice {
    $0.text(0x0028_1053, type: "DS", "0")
    $0.text(0x0028_1052, type: "DS", "-10")
  }
  expectValues(file, stored.map { Float($0) - 10 }, says: "RescaleSlope of 0")
}

@Test("a slope that is no number is refused") func slopeIsNoNumber() {
  let error = expectError(in: .imaging) {
    _ = try slice { $0.text(0x0028_1053, type: "DS", "one") }
  }
  #expect(error?.message.contains("slope or intercept") == true)
}

@Test("decimal commas are read as points, and that is said") func decimalCommas() throws {
  let file = try slice { $0.text(0x0028_0030, type: "DS", "0,8\\0,7") }
  expectValues(file, stored.map(Float.init), says: "decimal commas")
  #expect(file.layers[0].grid.spacing == Spacing(x: 0.7, y: 0.8))
}

@Test("a spacing that is missing or no number is unknown") func unknownSpacing() throws {
  let missing = try slice { $0.remove(0x0028_0030) }
  #expect(missing.layers[0].grid.geometry.spacing == nil)
  #expect(missing.layers[0].grid.geometry.directions != nil)
  let damaged = try slice { $0.text(0x0028_0030, type: "DS", "wide\\1") }
  #expect(damaged.layers[0].grid.geometry.spacing == nil)
  #expect(damaged.remarks.contains { $0.contains("no numbers") })
}

@Test(
  "a spacing at the detector or on the film is not that in the patient",
  arguments: [(UInt32(0x0018_1164), "detector"), (0x0018_2010, "film")])
func projectedSpacing(tag: UInt32, word: String) throws {
  let file = try slice {
    $0.remove(0x0028_0030)
    $0.text(tag, type: "DS", "0.14\\0.14")
  }
  #expect(file.layers[0].grid.geometry.spacing == nil)
  #expect(file.remarks.contains { $0.contains("unknown") && $0.contains(word) })
}

@Test("a projection's spacing that equals that at the detector is said to be one")
func spacingAtDetector() throws {
  let file = try slice {
    $0.text(0x0008_0060, type: "CS", "DX")
    $0.text(0x0018_1164, type: "DS", "1\\1")
  }
  #expect(file.layers[0].grid.spacing == Spacing(x: 1, y: 1))
  #expect(file.remarks.contains { $0.contains("at the detector") })
}

@Test("values go through the Modality LUT") func modalityLUT() throws {
  let file = try slice {
    var table = HandmadeDICOM()
    // Four entries from the stored value -1 on.
    table.number(0x0028_3002, 4, -1, 16)
    table.set(
      0x0028_3006, type: "OW",
      [10, 20, 30, 40].reduce(into: Data()) {
        $0 += little(UInt16($1))
      })
    $0.items(0x0028_3000, [table])
  }
  expectValues(file, [10, 20, 40, 40, 40, 40], says: "Modality LUT")
}

@Test("the colours of a palette become grey", arguments: [8, 16]) func palette(bits: Int) throws {
  let greys = [0, 51, 255]
  let file = try slice {
    $0.describe(columns: 3, rows: 2, bits: 8)
    $0.text(0x0028_0004, type: "CS", "PALETTE COLOR")
    for index in 0..<UInt32(3) {
      $0.number(0x0028_1101 + index, greys.count, 0, bits)
      let table = greys.reduce(into: Data()) {
        $0 += bits == 8 ? Data([UInt8($1)]) : little(UInt16($1 * 257))
      }
      $0.set(0x0028_1201 + index, type: "OW", table.count % 2 == 0 ? table : table + [0])
    }
    $0.set(0x7fe0_0010, type: "OB", Data([0, 1, 2, 2, 1, 9]))
  }
  let seen = file.layers[0].slice(0).pixels.map { ($0 * 100).rounded() / 100 }
  #expect(seen == [0, 51, 255, 255, 51, 255])
  #expect(file.remarks.contains { $0.contains("palette") })
}

@Test("MONOCHROME1 keeps its values, and that is said") func monochrome1() throws {
  let file = try slice { $0.text(0x0028_0004, type: "CS", "MONOCHROME1") }
  expectValues(file, stored.map(Float.init), says: "MONOCHROME1")
}

@Test("colours become grey, whether pixel by pixel or channel by channel", arguments: [0, 1])
func colours(planar: Int) throws {
  let file = try slice {
    $0.describe(columns: 2, rows: 1, bits: 8)
    $0.number(0x0028_0002, 3)
    $0.number(0x0028_0006, planar)
    $0.text(0x0028_0004, type: "CS", "RGB")
    let pixels: [UInt8] = planar == 0 ? [255, 0, 0, 7, 7, 7] : [255, 7, 0, 7, 0, 7]
    $0.set(0x7fe0_0010, type: "OB", Data(pixels))
  }
  expectValues(file, [54, 7], says: "grey")
}

@Test("bits above the stored ones are ignored, and the sign is that of the highest stored one")
func twelveBits() throws {
  let file = try slice {
    $0.number(0x0028_0101, 12)
    $0.number(0x0028_0102, 11)
    let words: [UInt16] = [0xf7ff, 0x0800, 0xa001, 0x5fff, 0x0000, 0x1003]
    $0.set(0x7fe0_0010, type: "OW", words.reduce(into: Data()) { $0 += little($1) })
  }
  #expect(file.layers[0].slice(0).pixels == [2047, -2048, 1, -1, 0, 3])
}

@Test("voxels of 32 bits are read") func wideVoxels() throws {
  let file = try slice {
    $0.describe(columns: 3, rows: 2, bits: 32, isSigned: true)
    $0.set(
      0x7fe0_0010, type: "OW",
      [-70_000, 1, 2, 3, 4, 70_000].reduce(into: Data()) { $0 += little(Int32($1)) })
  }
  #expect(file.layers[0].slice(0).pixels == [-70_000, 1, 2, 3, 4, 70_000])
}

/// Makes the voxels of a slice floating-point numbers of 32 bits.
private func setReal(_ values: [Float], in file: inout HandmadeDICOM) {
  file.describe(columns: values.count, rows: 1, bits: 32)
  file.remove(0x7fe0_0010)
  file.set(0x7fe0_0008, type: "OF", values.reduce(into: Data()) { $0 += little($1.bitPattern) })
}

@Test("floating-point voxels of 32 and 64 bits are read") func realVoxels() throws {
  let values: [Float] = [0.5, -1.25, 3, 4, 1e20, -7]
  let single = try slice { setReal(values, in: &$0) }
  #expect(single.layers[0].slice(0).pixels == values)
  let double = try slice {
    $0.describe(columns: 3, rows: 2, bits: 64)
    $0.remove(0x7fe0_0010)
    $0.set(
      0x7fe0_0009, type: "OD",
      values.reduce(into: Data()) { $0 += little(Double($1).bitPattern) })
  }
  #expect(double.layers[0].slice(0).pixels == values)
}

@Test(
  "8-bit voxels of an odd number are read without the byte that would make it even",
  arguments: ["OB", "OW"])
func oddLength(type: String) throws {
  let file = try slice {
    $0.describe(columns: 3, rows: 3, bits: 8)
    $0.set(0x7fe0_0010, type: type, Data([1, 2, 3, 4, 5, 6, 7, 8, 9]))
  }
  #expect(file.layers[0].slice(0).pixels == [1, 2, 3, 4, 5, 6, 7, 8, 9])
}

@Test("NaN and infinite values become the smallest one, and their number is said")
func infiniteValues() throws {
  let file = try slice { setReal([0.5, .nan, 3, .infinity, 4, -7], in: &$0) }
  expectValues(file, [0.5, -7, 3, -7, 4, -7], says: "2 values that are not finite")
  let error = expectError(in: .imaging) { _ = try slice { setReal([.nan], in: &$0) } }
  #expect(error?.message.contains("no value that is a finite number") == true)
}
