import Errors
import Expectations
import Foundation
import Imaging
import Testing

/// The pixels and the spacing that nibabel finds in a NIfTI file (`Scripts/golden.d/imaging.py`).
private struct ExpectedVariant: Decodable {
  var files: [String]
  var width: Int
  var height: Int
  var spacing: [Double]?
  var pixels: [Double]

  /// Reads the file or the pair of files as a volume.
  func volume() throws -> Volume {
    try Volume(
      decodingNIfTI: ImagingFixtures.bytes(files[0]),
      voxels: files.count == 2 ? ImagingFixtures.bytes(files[1]) : nil, name: files[0])
  }
}

@Test("NIfTI-2, pairs of files and contradicting headers give what nibabel reads")
func variantsMatch() throws {
  let expected: [ExpectedVariant] = try ImagingFixtures.decoded("variants.json")
  #expect(expected.count == 8)
  for one in expected {
    let image = try one.volume().slice(0)
    #expect(image.width == one.width && image.height == one.height, "\(one.files)")
    #expect(image.pixels == one.pixels.map(Float.init), "\(one.files)")
    #expect(image.spacing.unit == (one.spacing == nil ? .pixel : .millimetre), "\(one.files)")
    let spacing = one.spacing ?? [1, 1]
    #expect(abs(image.spacing.x - spacing[0]) < 1e-6, "\(one.files)")
    #expect(abs(image.spacing.y - spacing[1]) < 1e-6, "\(one.files)")
  }
}

@Test("a header that contradicts itself is remarked on") func contradictionsAreRemarked() throws {
  func remarks(_ name: String) throws -> [String] {
    try Volume(decodingNIfTI: ImagingFixtures.bytes(name), name: name).remarks
  }
  #expect(try remarks("sform-of-zeros.nii").contains { $0.contains("its sform is unusable") })
  #expect(
    try remarks("pixdim-of-ones.nii").contains { $0.contains("its pixdim says 1 x 1 x 1 mm") })
  #expect(try remarks("ras.nii").isEmpty)
}

@Test("a header without its voxels is refused") func lonelyHeader() throws {
  let error = expectError(in: .imaging) {
    try Volume(decodingNIfTI: ImagingFixtures.bytes("pair.hdr"), name: "pair.hdr")
  }
  #expect(error?.message.contains("is a header without voxels") == true)
}

@Test("a mask on the grid of a NIfTI-2 volume is a NIfTI-2 file with its geometry")
func versionIsKept() throws {
  let name = "version-2-big-endian.nii"
  let volume = try Volume(decodingNIfTI: ImagingFixtures.bytes(name), name: name)
  let mask = Mask(width: 5, height: 4, pixels: (0..<20).map { $0 % 3 == 0 })
  let bytes = try volume.encodedNIfTI(of: [0: mask], compressed: false)
  #expect(bytes.prefix(4) == Data([0x1c, 0x02, 0, 0]))
  let written = try Volume(decodingNIfTI: bytes, name: "mask")
  #expect(written.grid == volume.grid)
  #expect(written.slice(0).pixels == mask.pixels.map { $0 ? 1 : 0 })
}

/// Fuzzing found that a depth of 0 in the header of a slice ended the program.
@Test(
  "the sizes of axes that a file does not have may be anything", arguments: [0, 7, -1] as [Int16])
func sizesOfNoAxes(size: Int16) throws {
  var bytes = try ImagingFixtures.bytes("millimetre.nii")
  let right = try Volume(decodingNIfTI: bytes, name: "it").slice(0)
  // The numbers of axes and of voxels along them are 16-bit integers from offset 40 on.
  func set(_ index: Int, to value: Int16) {
    let offset = 40 + 2 * index
    bytes.replaceSubrange(
      offset..<offset + 2, with: withUnsafeBytes(of: value.littleEndian) { Data($0) })
  }
  set(0, to: 2)
  set(3, to: size)
  #expect(try Volume(decodingNIfTI: bytes, name: "it").slice(0) == right)
  set(1, to: min(size, 0))
  #expect(throws: DipperError.self) { try Volume(decodingNIfTI: bytes, name: "it") }
}
