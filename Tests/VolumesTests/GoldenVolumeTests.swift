import Errors
import Expectations
import Foundation
import Imaging
import Jobs
import TestSupport
import TestTraits
import Testing
import Volumes

private func check(_ expected: ExpectedVolume, in folder: URL) throws {
  let volume = try Volume(contentsOf: expected.files.map { folder.appending(path: $0) })
  let grid = volume.grid
  let name = "\(expected.files)"
  #expect([grid.width, grid.height, grid.sliceCount] == expected.size, "\(name)")
  let spacing = [grid.spacing.x, grid.spacing.y, grid.sliceSpacing]
  #expect(areClose([spacing], [expected.spacing], within: 1e-5), "\(name): \(spacing)")
  let affine = expected.isNIfTI ? grid.affine : grid.displayed.affine
  #expect(areClose(affine, expected.affine, within: 2e-4), "\(name): \(affine)")
  let values = volume.values
  let sum = values.reduce(0) { $0 + Double($1) }
  #expect(abs(sum - expected.sum) <= 1e-9 * abs(expected.sum) + 1e-6, "\(name): sum \(sum)")
  #expect(volume.digest.hex == expected.sha256, "\(name)")
}

@Test func volumesHoldWhatNibabelAndSimpleITKRead() throws {
  let expected = try Fixtures.expected("golden.json")
  #expect(expected.count == 28)
  for one in expected { try check(one, in: Fixtures.folder) }
}

@Test(.requiresSharedImages) func nativeVolumesHoldWhatNibabelAndSimpleITKRead() throws {
  let folder = try #require(SharedImages.folder).appending(path: "native")
  let expected = try Fixtures.expected("native.json")
  #expect(expected.count == 17)
  for one in expected { try check(one, in: folder) }
}

/// Where a header describes the voxels: type, scaling, range, intent, and where they begin.
private let voxelFields = [68..<74, 108..<120, 124..<132]

private func checkMaskIn(_ volume: Volume, _ file: URL, _ name: String) throws {
  let grid = volume.grid
  let places = [0, grid.sliceCount / 2, grid.sliceCount - 1]
  let masks = Dictionary(
    places.map { place in
      let pixels = (0..<grid.width * grid.height).map { ($0 + place) % 3 == 0 }
      return (place, Mask(width: grid.width, height: grid.height, pixels: pixels))
    }, uniquingKeysWith: { first, _ in first })
  let bytes = try volume.encodedNIfTI(of: masks)
  let written = try Volume(decoding: bytes, name: name)
  #expect(written.grid.size == volume.grid.size, "\(name)")
  #expect(areClose(written.grid.affine, volume.grid.affine, within: 1e-3), "\(name)")
  for index in 0..<grid.sliceCount {
    let inside = written.slice(index).pixels.map { $0 == 1 }
    #expect(inside == masks[index]?.pixels ?? inside.map { _ in false }, "\(name) \(index)")
  }
}

@Test func masksGoBackToTheirVolumesGrid() throws {
  for one in try Fixtures.expected("golden.json") {
    let files = one.files.map { Fixtures.folder.appending(path: $0) }
    try checkMaskIn(try Volume(contentsOf: files), files[0], one.files[0])
  }
}

@Test func theHeaderOfANIfTIVolumeStaysByteForByteButForItsVoxels() throws {
  let names = ["RAS.nii.gz", "PIR.nii.gz", "oblique.nii.gz", "qform.nii.gz", "slope.nii"]
  var files = names.map { Fixtures.folder.appending(path: $0) }
  if let native = SharedImages.folder?.appending(path: "native") {
    files += ["axes-LAS/id001-128x128x64.nii.gz", "volume/CT_image.nii.gz"].map {
      native.appending(path: $0)
    }
  }
  for file in files {
    let bytes = try Data(contentsOf: file)
    let volume = try Volume(decoding: bytes, name: file.path)
    var (before, after) = (
      try unpacked(bytes).prefix(348), try unpacked(volume.encodedNIfTI(of: [:])).prefix(348)
    )
    for fields in voxelFields {
      before.replaceSubrange(fields, with: Data(count: fields.count))
      after.replaceSubrange(fields, with: Data(count: fields.count))
    }
    #expect(before == after, "\(file.path)")
  }
}

@Test func aMaskOfAnotherSizeDoesNotGoBack() throws {
  let volume = try Volume(contentsOf: [Fixtures.folder.appending(path: "RAS.nii.gz")])
  let mask = Mask(width: 3, height: 3, pixels: [Bool](repeating: true, count: 9))
  let error = expectError(in: .imaging) { try volume.encodedNIfTI(of: [0: mask]) }
  #expect(error?.code == .gridMismatch)
}
