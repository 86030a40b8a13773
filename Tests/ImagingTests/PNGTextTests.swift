import Foundation
import Imaging
import TestSupport
import Testing

/// Returns the largest resident size of this process so far, in bytes.
private func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

@Test("compressed texts in a PNG file are not inflated") func compressedTexts() throws {
  let picture = try Image(width: 3, height: 2, pixels: [0, 1, 2, 3, 4, 5]).encodedPNG()
  // A stream of 3 kB inflates to 3 MB, so that the texts of the file would be 900 MB.
  let text = pngChunk(
    "zTXt", [UInt8](Data("k\0\0".utf8)) + (try ImagingFixtures.bytes("text.zlib")))
  let texts = (0..<300).reduce(into: Data()) { all, _ in all += text }
  // They follow the signature of 8 bytes and the first chunk of 25.
  let file = picture.prefix(33) + texts + picture.dropFirst(33)
  let before = peakMemory()
  #expect(try Image(decoding: file, name: "texts").pixels == [0, 1, 2, 3, 4, 5])
  #expect(peakMemory() - before < 100 << 20)
}
