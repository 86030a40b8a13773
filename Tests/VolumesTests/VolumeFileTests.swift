import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

@Test("a pair of .hdr and .img is read by its header, whatever the case of its ending")
func pairOfFiles() throws {
  let fixtures = VolumeFixtures.folder.deletingLastPathComponent().appending(path: "imaging")
  let header = try Data(contentsOf: fixtures.appending(path: "pair.hdr"))
  let voxels = try Data(contentsOf: fixtures.appending(path: "pair.img"))
  let folder = try ScratchFolder()
  for (one, other) in [("a.hdr", "a.img"), ("B.HDR", "B.IMG")] {
    _ = try folder.write(voxels, to: other)
    let volume = try Volume(contentsOf: [folder.write(header, to: one)])
    let direct = try Volume(decodingNIfTI: header, voxels: voxels, name: "it")
    #expect(volume.digest == direct.digest)
    #expect(volume.grid == direct.grid)
  }
  let error = expectError(in: .imaging) { _ = try Volume(decoding: header, name: "it") }
  #expect(error?.message.contains("keeps its voxels in another file") == true)
}

@Test("a FIFO and a folder are refused without waiting for them") func irregularFiles() throws {
  let folder = try ScratchFolder()
  let fifo = folder.url.appending(path: "fifo.nii")
  #expect(mkfifo(fifo.path, 0o600) == 0)
  for file in [fifo, folder.url] {
    let error = expectError(in: .imaging) { _ = try VolumeFile(contentsOf: [file]) }
    #expect(error?.code == .imageUnreadable)
    #expect(error?.message.contains("not a regular file") == true)
  }
}

@Test("the remarks of a file come with its volume") func remarksOfVolume() throws {
  var file = HandmadeDICOM(columns: 1, rows: 1, values: [1])
  file.text(0x0028_1053, type: "DS", "0")
  #expect(try Volume(decoding: file.bytes(), name: "it").remarks.count == 1)
}

@Test("the files of a series that are DICOM without a magic number are read too")
func withoutPreamble() throws {
  let file = HandmadeDICOM(columns: 2, rows: 1, values: [1, 2])
  let volume = try Volume(decoding: file.bytes().dropFirst(132), name: "it")
  #expect(volume.values == [1, 2])
}

/// Returns a little-endian TIFF file of 2 x 2 pixels of one byte, whose only sample is said to be a
/// transparency.
private func transparencyAlone() -> Data {
  // Width, height, bits, no compression, black is zero, strip, samples, rows, bytes, extra sample.
  let tags: [(tag: UInt16, value: UInt32)] = [
    (256, 2), (257, 2), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 2), (279, 4),
    (338, 2),
  ]
  func little(_ number: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: number.littleEndian) { Data($0) }
  }
  let pixels = Data([10, 20, 30, 40])
  let entries = tags.reduce(into: Data()) { all, entry in
    all += little(entry.tag) + little(UInt16(4)) + little(UInt32(1)) + little(entry.value)
  }
  return Data([0x49, 0x49, 0x2a, 0]) + little(UInt32(12)) + pixels + little(UInt16(tags.count))
    + entries + little(UInt32(0))
}

@Test("a picture whose only sample is said to be a transparency keeps it")
func onlyTransparency() throws {
  let file = try VolumeFile(decoding: transparencyAlone(), name: "alpha.tif")
  #expect(file.layers.count == 1)
  #expect(file.layers.first?.slice(0).pixels == [10, 20, 30, 40])
}

@Test("the colours of a PNG file are said to have become grey, a palette's too, and greys are not")
func coloursOfPNG() throws {
  let fixtures = VolumeFixtures.folder.deletingLastPathComponent().appending(path: "imaging")
  for (name, isColoured) in [("colour.png", true), ("palette.png", true), ("grey8.png", false)] {
    let file = try VolumeFile(contentsOf: [fixtures.appending(path: name)])
    #expect(file.remarks.isEmpty != isColoured, "\(name)")
  }
}
