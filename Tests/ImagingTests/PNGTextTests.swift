import Foundation
import Imaging
import TestSupport
import Testing

/// Sets this process's largest resident size to the present one, so that an earlier test cannot hide
/// the memory of a later one (proc(5), clear_refs).
private func resetPeakMemory() throws {
  let handle = try FileHandle(forWritingTo: URL(filePath: "/proc/self/clear_refs"))
  try handle.write(contentsOf: Data("5".utf8))
  try handle.close()
}

/// Returns the largest resident size of this process since the last reset, in bytes.
private func peakMemory() throws -> Int {
  let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
  let line = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/))
  return try #require(Int(line.1)) * 1024
}

@Test("compressed texts in a PNG file are not inflated") func compressedTexts() throws {
  let picture = try Image(width: 3, height: 2, pixels: [0, 1, 2, 3, 4, 5]).encodedPNG()
  // A stream of 3 kB inflates to 3 MB, so that the texts of the file would be 900 MB.
  let text = pngChunk(
    "zTXt", [UInt8](Data("k\0\0".utf8)) + (try ImagingFixtures.bytes("text.zlib")))
  let texts = (0..<300).reduce(into: Data()) { all, _ in all += text }
  // They follow the signature of 8 bytes and the first chunk of 25.
  let file = picture.prefix(33) + texts + picture.dropFirst(33)
  try resetPeakMemory()
  let before = try peakMemory()
  #expect(try Image(decoding: file, name: "texts").pixels == [0, 1, 2, 3, 4, 5])
  #expect(try peakMemory() - before < 100 << 20)
}
