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
  let volume = try Volume(contentsOf: expected.files.map { folder.appending(path: $0) }).cut(.axial)
  let grid = volume.grid
  let name = "\(expected.files)"
  #expect([grid.width, grid.height, grid.sliceCount] == expected.size, "\(name)")
  let spacing = [grid.spacing.x, grid.spacing.y, grid.sliceSpacing]
  #expect(areClose([spacing], to: [expected.spacing], within: 1e-5), "\(name): \(spacing)")
  let affine = expected.isNIfTI ? grid.affine : grid.displayed.affine
  #expect(areClose(affine, to: expected.affine, within: 2e-4), "\(name): \(affine)")
  let values = volume.values
  let sum = values.reduce(0) { $0 + Double($1) }
  #expect(abs(sum - expected.sum) <= 1e-9 * abs(expected.sum) + 1e-6, "\(name): sum \(sum)")
  #expect(volume.digest.hex == expected.sha256, "\(name)")
}

@Test("the fixtures give the voxels and grids that nibabel and SimpleITK read") func fixturesMatch()
  throws
{
  let expected = try VolumeFixtures.expected("golden.json")
  #expect(expected.count == 43)
  for one in expected { try check(one, in: VolumeFixtures.folder) }
}

@Test(
  "real volumes give the voxels and grids that nibabel and SimpleITK read", .requiresSharedImages)
func realVolumesMatch() throws {
  let folder = try #require(SharedImages.folder).appending(path: "native")
  let expected = try VolumeFixtures.expected("native.json")
  #expect(expected.count == 17)
  for one in expected { try check(one, in: folder) }
}

/// The byte ranges of a header that describe the voxels: intent, type, offset, scaling and range.
private let voxelFields = [68..<74, 108..<120, 124..<132]

private func checkMask(in volume: Volume, name: String) throws {
  let grid = volume.grid
  let slices = [0, grid.sliceCount / 2, grid.sliceCount - 1]
  let masks = Dictionary(
    slices.map { slice in
      let pixels = (0..<grid.width * grid.height).map { ($0 + slice) % 3 == 0 }
      return (slice, Mask(width: grid.width, height: grid.height, pixels: pixels))
    }, uniquingKeysWith: { first, _ in first })
  let bytes = try volume.encodedNIfTI(of: masks)
  let written = try Volume(decoding: bytes, name: name)
  #expect(written.grid.size == volume.grid.size, "\(name)")
  #expect(areClose(written.grid.affine, to: volume.grid.affine, within: 1e-3), "\(name)")
  for index in 0..<grid.sliceCount {
    let inside = written.slice(index).pixels.map { $0 == 1 }
    #expect(inside == masks[index]?.pixels ?? inside.map { _ in false }, "\(name) \(index)")
  }
}

@Test("a mask is written onto the grid of its volume") func maskOnGrid() throws {
  for one in try VolumeFixtures.expected("golden.json") {
    let files = one.files.map { VolumeFixtures.folder.appending(path: $0) }
    try checkMask(in: try Volume(contentsOf: files), name: one.files[0])
  }
}

@Test("the mask of a NIfTI volume keeps its header byte for byte, except the fields about voxels")
func headerIsKept() throws {
  let names = ["RAS.nii.gz", "PIR.nii.gz", "oblique.nii.gz", "qform.nii.gz", "slope.nii"]
  var files = names.map { VolumeFixtures.folder.appending(path: $0) }
  if let native = SharedImages.folder?.appending(path: "native") {
    files += ["axes-LAS/id001-128x128x64.nii.gz", "volume/CT_image.nii.gz"].map {
      native.appending(path: $0)
    }
  }
  for file in files {
    let bytes = try Data(contentsOf: file)
    let volume = try Volume(decoding: bytes, name: file.path)
    var before = try unpacked(bytes).prefix(348)
    var after = try unpacked(volume.encodedNIfTI(of: [:])).prefix(348)
    for fields in voxelFields {
      before.replaceSubrange(fields, with: Data(count: fields.count))
      after.replaceSubrange(fields, with: Data(count: fields.count))
    }
    #expect(before == after, "\(file.path)")
  }
}

@Test("a mask of another size than its volume is refused") func maskOfOtherSize() throws {
  let volume = try Volume(contentsOf: [VolumeFixtures.folder.appending(path: "RAS.nii.gz")])
  let mask = Mask(width: 3, height: 3, pixels: [Bool](repeating: true, count: 9))
  let error = expectError(in: .imaging) { try volume.encodedNIfTI(of: [0: mask]) }
  #expect(error?.code == .gridMismatch)
}
