import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

/// A frame of a segmentation of 4 x 1 voxels.
private struct SegmentFrame {
  var segment: Int
  var height: Double
  var voxels: [UInt8]
}

/// A segmentation with the named segments.
private func segmentation(
  _ frames: [SegmentFrame], names: [String] = [], thickness: String = "3", distance: String? = nil,
  change: (inout HandmadeDICOM) -> Void = { _ in }
) throws -> VolumeFile {
  var file = HandmadeDICOM()
  file.text(0x0008_0016, type: "UI", "1.2.840.10008.5.1.4.1.1.66.4")
  file.describe(columns: 4, rows: 1, bits: 8)
  file.text(0x0028_0008, type: "IS", "\(frames.count)")
  file.set(0x7fe0_0010, type: "OB", Data(frames.flatMap(\.voxels)))
  file.items(
    0x0062_0002,
    names.enumerated().map { index, name in
      var segment = HandmadeDICOM()
      segment.number(0x0062_0004, index + 1)
      segment.text(0x0062_0005, type: "LO", name)
      return segment
    })
  file.items(0x5200_9229, [shared(thickness: thickness, distance: distance)])
  file.items(0x5200_9230, frames.map(groups))
  change(&file)
  return try VolumeFile(decoding: file.bytes(), name: "it")
}

private func shared(thickness: String, distance: String?) -> HandmadeDICOM {
  var measures = HandmadeDICOM()
  measures.text(0x0028_0030, type: "DS", "1\\1")
  measures.text(0x0018_0050, type: "DS", thickness)
  if let distance { measures.text(0x0018_0088, type: "DS", distance) }
  var orientation = HandmadeDICOM()
  orientation.text(0x0020_0037, type: "DS", "1\\0\\0\\0\\1\\0")
  var shared = HandmadeDICOM()
  shared.items(0x0028_9110, [measures])
  shared.items(0x0020_9116, [orientation])
  return shared
}

private func groups(_ frame: SegmentFrame) -> HandmadeDICOM {
  var position = HandmadeDICOM()
  position.text(0x0020_0032, type: "DS", "0\\0\\\(frame.height)")
  var segment = HandmadeDICOM()
  segment.number(0x0062_000b, frame.segment)
  var groups = HandmadeDICOM()
  groups.items(0x0020_9113, [position])
  groups.items(0x0062_000a, [segment])
  return groups
}

@Test("slices without a frame are empty, also where they are missing between others")
func gaps() throws {
  let frames = [
    SegmentFrame(segment: 1, height: 9, voxels: [0, 1, 0, 0]),
    SegmentFrame(segment: 1, height: 3, voxels: [1, 0, 0, 0]),
  ]
  for (thickness, distance) in [("3", nil), ("3", "3"), ("9", "3")] as [(String, String?)] {
    let file = try segmentation(frames, thickness: thickness, distance: distance)
    let volume = file.layers[0]
    #expect(volume.grid.sliceSpacing == 3)
    #expect(volume.grid.origin.z == 3)
    #expect(volume.values == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
  }
}

@Test("segments that overlap are whole, in layers of their own") func overlap() throws {
  let frames = [
    SegmentFrame(segment: 1, height: 0, voxels: [1, 1, 1, 0]),
    SegmentFrame(segment: 2, height: 0, voxels: [0, 1, 0, 0]),
    SegmentFrame(segment: 3, height: 0, voxels: [0, 0, 0, 1]),
  ]
  let file = try segmentation(frames, names: ["organ", "lesion", "vessel"])
  #expect(file.layers.map(\.values) == [[1, 1, 1, 3], [0, 2, 0, 0]])
  #expect(
    file.segments == [
      VolumeFile.NamedSegment(number: 1, name: "organ", layer: 0, value: 1),
      VolumeFile.NamedSegment(number: 2, name: "lesion", layer: 1, value: 2),
      VolumeFile.NamedSegment(number: 3, name: "vessel", layer: 0, value: 3),
    ])
  let error = expectError(in: .imaging) { _ = try file.onlyLayer(name: "it") }
  #expect(error?.message.contains("overlap") == true)
}

@Test("fractions are cut at half of the largest one") func fractions() throws {
  let frames = [SegmentFrame(segment: 1, height: 0, voxels: [0, 99, 101, 200])]
  let file = try segmentation(frames) {
    $0.text(0x0062_0001, type: "CS", "FRACTIONAL")
    $0.number(0x0062_000e, 200)
  }
  #expect(file.layers[0].values == [0, 0, 1, 1])
  #expect(file.remarks.contains { $0.contains("half") })
}

@Test("a map of labels is one layer with the segments' names") func labelMap() throws {
  let frames = [
    SegmentFrame(segment: 0, height: 0, voxels: [0, 2, 2, 1]),
    SegmentFrame(segment: 0, height: 3, voxels: [2, 0, 0, 0]),
  ]
  let file = try segmentation(frames, names: ["organ", "lesion"]) {
    $0.text(0x0008_0016, type: "UI", "1.2.840.10008.5.1.4.1.1.66.7")
  }
  #expect(file.layers.map(\.values) == [[0, 2, 2, 1, 2, 0, 0, 0]])
  #expect(file.segments.map(\.name) == ["organ", "lesion"])
  #expect(file.segments.map(\.value) == [1, 2])
}

@Test("frames that do not lie in slices at equal distances are refused") func unevenFrames() {
  let frames = [0, 3, 7.5].map { SegmentFrame(segment: 1, height: $0, voxels: [1, 0, 0, 0]) }
  let error = expectError(in: .imaging) { _ = try segmentation(frames, thickness: "2") }
  #expect(error?.message.contains("equal distances") == true)
}
