import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

/// A frame of an enhanced file: its height, its value and changes to its functional groups.
private struct EnhancedFrame {
  var height: Double
  var value: Int16
  var slope = 1.0
  var orientation = "1\\0\\0\\0\\1\\0"
  var stack = "1"
  var time: UInt32 = 1

  /// The item that describes the frame.
  var groups: HandmadeDICOM {
    var groups = HandmadeDICOM()
    groups.items(0x0020_9113, [item(0x0020_0032, "0\\0\\\(height)")])
    groups.items(0x0020_9116, [item(0x0020_0037, orientation)])
    var scaling = item(0x0028_1053, "\(slope)")
    scaling.text(0x0028_1052, type: "DS", "0")
    groups.items(0x0028_9145, [scaling])
    var content = HandmadeDICOM()
    content.text(0x0020_9056, type: "SH", stack)
    content.set(0x0020_9128, type: "UL", little(time))
    groups.items(0x0020_9111, [content])
    return groups
  }
}

/// A data set with one decimal text.
private func item(_ tag: UInt32, _ text: String) -> HandmadeDICOM {
  var item = HandmadeDICOM()
  item.text(tag, type: "DS", text)
  return item
}

/// An enhanced file of 2 x 1 voxels in each frame.
private func enhanced(_ frames: [EnhancedFrame]) throws -> VolumeFile {
  var file = HandmadeDICOM(
    columns: 2, rows: 1, values: frames.flatMap { [$0.value, $0.value + 1] })
  for tag in [0x0020_0032, 0x0020_0037, 0x0028_0030] as [UInt32] { file.remove(tag) }
  file.text(0x0028_0008, type: "IS", "\(frames.count)")
  var shared = HandmadeDICOM()
  shared.items(0x0028_9110, [item(0x0028_0030, "0.5\\0.75")])
  file.items(0x5200_9229, [shared])
  file.items(0x5200_9230, frames.map(\.groups))
  return try VolumeFile(decoding: file.bytes(), name: "it")
}

private func refusal(_ frames: [EnhancedFrame]) -> String {
  expectError(in: .imaging) { _ = try enhanced(frames) }?.message ?? ""
}

@Test("the frames of an enhanced file are ordered by position and scaled one by one")
func enhancedFile() throws {
  let file = try enhanced([
    EnhancedFrame(height: 6, value: 30, slope: 0.5), EnhancedFrame(height: 0, value: 10, slope: 2),
    EnhancedFrame(height: 3, value: 20),
  ])
  let volume = file.layers[0]
  #expect(volume.values == [20, 22, 20, 21, 15, 15.5])
  #expect(volume.grid.spacing == Spacing(x: 0.75, y: 0.5))
  #expect(volume.grid.sliceSpacing == 3)
}

@Test("frames of several orientations, stacks or time points are refused with the reason")
func mixedFrames() {
  let first = EnhancedFrame(height: 0, value: 1)
  #expect(
    refusal([first, EnhancedFrame(height: 3, value: 2, orientation: "0\\1\\0\\0\\0\\-1")])
      .contains("different orientations"))
  #expect(
    refusal([first, EnhancedFrame(height: 3, value: 2, stack: "2")]).contains("several stacks"))
  #expect(
    refusal([first, EnhancedFrame(height: 0, value: 2, time: 2)]).contains("several time points"))
  #expect(
    refusal([first, first, EnhancedFrame(height: 3, value: 2), EnhancedFrame(height: 3, value: 4)])
      .contains("2 slices at each position"))
}

@Test("a file of many frames without positions is refused") func framesWithoutPositions() {
  var file = HandmadeDICOM(columns: 2, rows: 1, values: [1, 2, 3, 4])
  file.text(0x0028_0008, type: "IS", "2")
  let error = expectError(in: .imaging) { _ = try VolumeFile(decoding: file.bytes(), name: "it") }
  #expect(error?.message.contains("does not say where its slices lie") == true)
}

@Test("the frames of a radiation dose lie at the offsets of its grid, scaled by its factor")
func dose() throws {
  var file = HandmadeDICOM(columns: 2, rows: 1, values: [1, 2, 3, 4])
  file.text(0x0028_0008, type: "IS", "2")
  file.text(0x0020_0032, type: "DS", "1\\2\\30")
  file.text(0x3004_000c, type: "DS", "0\\2.5")
  file.text(0x3004_000e, type: "DS", "0.25")
  let volume = try Volume(decoding: file.bytes(), name: "it")
  #expect(volume.values == [0.25, 0.5, 0.75, 1])
  #expect(volume.grid.sliceSpacing == 2.5)
  #expect(volume.grid.origin == SIMD3(-1, -2, 30))
}

/// Writes slices into files, and reads them as one series.
private func series(_ slices: [HandmadeDICOM]) throws -> VolumeFile {
  let folder = try ScratchFolder()
  return try VolumeFile(
    contentsOf: slices.enumerated().map { index, slice in
      try folder.write(slice.bytes(), to: "\(index).dcm")
    })
}

private func slice(at position: String, value: Int16 = 1) -> HandmadeDICOM {
  var slice = HandmadeDICOM(columns: 2, rows: 1, values: [value, value])
  slice.text(0x0020_0032, type: "DS", position)
  return slice
}

@Test("a localiser among the slices is named, also if it comes first") func localiser() {
  var localiser = slice(at: "0\\0\\0")
  localiser.text(0x0020_0037, type: "DS", "0\\1\\0\\0\\0\\-1")
  let slices = ["0\\0\\0", "0\\0\\1", "0\\0\\2"].map { slice(at: $0) }
  let error = expectError(in: .imaging) { _ = try series([localiser] + slices) }
  #expect(error?.message.contains("/0.dcm does not go with") == true)
  #expect(error?.message.contains("localiser") == true)
}

@Test("a slice that is shifted sideways is refused; a tilted gantry shifts all by one step")
func sidewaysShift() throws {
  let shifted = ["0\\0\\0", "0\\3\\1", "0\\0\\2"].map { slice(at: $0) }
  let error = expectError(in: .imaging) { _ = try series(shifted) }
  #expect(error?.message.contains("sideways by 3.0 mm") == true)
  let tilted = ["0\\0\\0", "0\\0.5\\1", "0\\1\\2"].map { slice(at: $0) }
  let step = try series(tilted).layers[0].grid.steps[2]
  #expect((step - SIMD3(0, -0.5, 1)).norm < 1e-9)
}
