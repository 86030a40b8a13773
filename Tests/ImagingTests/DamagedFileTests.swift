import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing

private func samples() throws -> [(name: String, bytes: Data)] {
  let fixtures = ["int16.nii", "gzipped.nii.gz", "float64.nii", "colour.png", "palette.png"]
  let phantom = try Phantom.liver(size: 64, noise: 0.02, seed: 1)
  return try fixtures.map { ($0, try ImagingFixtures.bytes($0)) } + [
    ("phantom.png", try phantom.groundTruth.encodedPNG()),
    ("phantom.nii.gz", try phantom.image.encodedNIfTI(compressed: true)),
  ]
}

@Test("every truncated file is refused") func truncated() throws {
  for (name, bytes) in try samples() {
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150)) {
      let part = bytes.prefix(count)
      expectError(in: .imaging, "\(name) cut to \(count) of \(bytes.count) bytes") {
        try Image(decoding: part, name: name)
      }
    }
  }
}

@Test("a gzip file with a wrong checksum is refused") func gzipChecksum() throws {
  var bytes = try ImagingFixtures.bytes("gzipped.nii.gz")
  bytes[bytes.count - 6] ^= 1
  expectError(in: .imaging) { try Image(decoding: bytes, name: "damaged") }
}

@Test("a file with changed bytes gives an image or an error") func mutatedBytes() throws {
  var generator = SplitMix64(seed: 5)
  var refused = 0
  for (name, bytes) in try samples() {
    for _ in 0..<400 {
      let mutant = mutated(bytes, using: &generator)
      do {
        let image = try Image(decoding: mutant, name: name)
        #expect(image.pixels.count == image.width * image.height)
        #expect(image.pixels.allSatisfy { $0.isFinite })
      } catch let error as DipperError where error.domain == .imaging {
        #expect(error.message.contains(name))
        refused += 1
      }
    }
  }
  #expect(refused > 500)
}

/// Returns the bytes with one to eight of them changed, most of these in the header.
private func mutated(_ bytes: Data, using generator: inout SplitMix64) -> Data {
  var mutant = bytes
  for _ in 0..<Int(generator.uniform(1...9)) {
    let end = generator.uniform(0...1) < 0.7 ? min(352, bytes.count) : bytes.count
    let index = Int(generator.uniform(0...Double(end)))
    mutant[mutant.startIndex + index] = UInt8(truncatingIfNeeded: generator.next())
  }
  return mutant
}

@Test("bytes of other formats are refused as malformed") func foreignBytes() {
  let strangers = [
    Data(), Data("hello".utf8), Data(repeating: 0, count: 1000), Data("<nifti_image".utf8),
    Data([0x1f, 0x8b]), Data([0x89, 0x50, 0x4e, 0x47]),
  ]
  for bytes in strangers {
    let error = expectError(in: .imaging) { try Mask(decoding: bytes, name: "it") }
    #expect(error?.code == .imageMalformed)
  }
}

@Test("a file with parts cut, inserted or doubled gives an image or an error") func mutatedParts()
  throws
{
  var generator = SeededGenerator(seed: 23)
  var refused = 0
  for (name, bytes) in try samples() {
    for _ in 0..<300 {
      do {
        let image = try Image(
          decoding: generator.mutated(bytes, head: 352), name: name)
        #expect(image.pixels.count == image.width * image.height)
      } catch let error as DipperError where error.domain == .imaging {
        #expect(error.message.contains(name))
        refused += 1
      }
    }
  }
  #expect(refused > 500)
}

@Test("a mutated marker file gives markers or an error") func mutatedMarkers() throws {
  let json = Data(#"{"points": [[10.5, 20], [1e2, -3.25], [7, 9]], "by": "ü", "at": null}"#.utf8)
  #expect(try MarkerSet(decoding: json, name: "m.json").points.count == 3)
  var generator = SeededGenerator(seed: 24)
  var refused = 0
  for _ in 0..<10_000 {
    do {
      let markers = try MarkerSet(decoding: generator.mutated(json), name: "m.json")
      do {
        try markers.validate(width: 64, height: 64, name: "m.json")
      } catch let error as DipperError where error.code == .markersInvalid {}
    } catch let error as DipperError where error.domain == .imaging {
      #expect(error.message.contains("m.json"))
      refused += 1
    }
  }
  #expect(refused > 5000)
}
