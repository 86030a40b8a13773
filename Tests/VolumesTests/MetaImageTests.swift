import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

private let fields = """
  ObjectType = Image
  NDims = 3
  BinaryData = True
  BinaryDataByteOrderMSB = False
  ElementType = MET_UCHAR
  DimSize = 2 1 2

  """

private let end = "ElementDataFile = LOCAL\n"
private let numbers = Data([1, 2, 3, 4])

private func read(_ header: String, _ numbers: Data = numbers) throws -> VolumeFile {
  try VolumeFile(decoding: Data(header.utf8) + numbers, name: "it")
}

@Test("a matrix places the axes, in the coordinates of ITK") func matrix() throws {
  let file = try read(
    fields + "TransformMatrix = 0 1 0 0 0 -1 1 0 0\nOffset = 1 2 3\nElementSpacing = 0.8 0.7 3\n"
      + end)
  let grid = file.layers[0].grid
  // ITK's axes run to the left and the back.
  #expect(grid.steps == [SIMD3(0, -0.8, 0), SIMD3(0, 0, -0.7), SIMD3(-3, 0, 0)])
  #expect(grid.origin == SIMD3(-1, -2, 3))
}

@Test("without a matrix three letters give the directions, and without these they are unknown")
func letters() throws {
  let named = try read(fields + "AnatomicalOrientation = RAI\n" + end)
  #expect(
    named.layers[0].grid.geometry.directions == [
      SIMD3(-1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, 1),
    ])
  #expect(named.layers[0].grid.geometry.spacing == nil)
  let silent = try read(fields + "AnatomicalOrientation = ???\nElementSize = 1 2 3\n" + end)
  #expect(silent.layers[0].grid.geometry == Geometry(spacing: SIMD3(1, 2, 3)))
}

@Test("channels and a fourth axis become layers") func metaImageLayers() throws {
  let channels = try read(
    fields.replacing("DimSize = 2 1 2", with: "DimSize = 2 1 1")
      + "ElementNumberOfChannels = 2\n" + end)
  #expect(channels.layers.map(\.values) == [[1, 3], [2, 4]])
  let times = try read(
    fields.replacing("NDims = 3", with: "NDims = 4")
      .replacing("DimSize = 2 1 2", with: "DimSize = 2 1 1 2") + end)
  #expect(times.layers.map(\.values) == [[1, 2], [3, 4]])
  let error = expectError(in: .imaging) { _ = try times.onlyLayer(name: "it") }
  #expect(error?.message.contains("2 values for each voxel") == true)
}

@Test("voxels are read from the file beside the header") func voxelsBesideMetaImage() throws {
  let folder = try ScratchFolder()
  _ = try folder.write(Data([9, 9]) + numbers, to: "it.raw")
  for size in ["-1", "2"] {
    let header = try folder.write(
      Data((fields + "HeaderSize = \(size)\nElementDataFile = it.raw\n").utf8), to: "it.mhd")
    #expect(try Volume(contentsOf: [header]).values == [1, 2, 3, 4])
  }
  let error = expectError(in: .imaging) { _ = try read(fields + "ElementDataFile = it.raw\n") }
  #expect(error?.message.contains("keeps its voxels in another file") == true)
  let far = try folder.write(
    Data((fields + "ElementDataFile = ../it.raw\n").utf8), to: "below/it.mhd")
  let refusal = expectError(in: .imaging) { _ = try VolumeFile(contentsOf: [far]) }
  #expect(refusal?.message.contains("not in its own folder") == true)
}

@Test("a damaged header is refused by the field that is wrong") func damagedMetaImageHeaders() {
  for (header, field) in [
    (fields.replacing("NDims = 3", with: "NDims = 2147483647"), "ndims"),
    (fields.replacing("DimSize = 2 1 2", with: "DimSize = 2 -1 2"), "dimsize"),
    (fields.replacing("DimSize = 2 1 2", with: "DimSize = 99999 99999 99999"), "too large"),
    (fields.replacing("DimSize = 2 1 2", with: "DimSize = 999 999 999"), "truncated"),
    (fields.replacing("MET_UCHAR", with: "MET_NONE"), "MET_NONE"),
    (fields + "TransformMatrix = 1 0 0 1 0 0 0 0 1\n", "axes make no sense"),
    (fields + "ElementSpacing = 1 1 wide\n", "elementspacing"),
  ] {
    let error = expectError(in: .imaging) { _ = try read(header + end) }
    #expect(error?.message.contains(field) == true, "\(field): \(error?.message ?? "")")
  }
}
