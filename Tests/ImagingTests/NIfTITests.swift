import Errors
import Expectations
import Foundation
import Imaging
import Testing

@Test("NIfTI files give the pixels and spacings that nibabel reads") func matchesNibabel() throws {
  let expected: [ExpectedImage] = try ImagingFixtures.decoded("nifti.json")
  #expect(expected.count == 21)
  for file in expected {
    let image = try Image(decoding: ImagingFixtures.bytes(file.file), name: file.file)
    #expect(image.width == file.width && image.height == file.height, "\(file.file)")
    #expect(image.pixels == file.pixels.map(Float.init), "\(file.file)")
    let spacing = try #require(file.spacing)
    #expect(abs(image.spacing.x - spacing[0]) < 1e-6, "\(file.file)")
    #expect(abs(image.spacing.y - spacing[1]) < 1e-6, "\(file.file)")
  }
}

@Test("an image survives a NIfTI file, compressed or not", arguments: [false, true])
func imageRoundTrip(compressed: Bool) throws {
  let image = randomImage(
    width: 37, height: 21, range: -1000...1000, seed: 1, spacing: Spacing(x: 0.75, y: 1.5))
  let bytes = try image.encodedNIfTI(compressed: compressed)
  #expect(try bytes == image.encodedNIfTI(compressed: compressed))
  #expect(try Image(decoding: bytes, name: "random") == image)
}

@Test("a mask survives a NIfTI file, compressed or not", arguments: [false, true])
func maskRoundTrip(compressed: Bool) throws {
  var mask = disc(size: 40, x: 11, y: 25, radius: 8)
  mask.spacing = Spacing(x: 0.5, y: 2)
  let bytes = try mask.encodedNIfTI(compressed: compressed)
  #expect(try bytes == mask.encodedNIfTI(compressed: compressed))
  #expect(try Mask(decoding: bytes, name: "disc") == mask)
}

@Test("gzip shrinks the file of a mask") func compression() throws {
  let mask = disc(size: 128, x: 60, y: 60, radius: 30)
  #expect(try mask.encodedNIfTI(compressed: true).count < 1000)
  #expect(try mask.encodedNIfTI(compressed: false).count == 352 + 128 * 128)
}

@Test("zeros after a gzipped file are padding, and other bytes are damage") func padding() throws {
  let image = randomImage(width: 9, height: 7, range: 0...9, seed: 2)
  let bytes = try image.encodedNIfTI(compressed: true)
  for count in [1, 8, 4096] {
    #expect(try Image(decoding: bytes + Data(count: count), name: "padded") == image)
  }
  expectError(in: .imaging) { try Image(decoding: bytes + Data([0, 7]), name: "junk") }
}

@Test("a grey mask is thresholded at half of its largest value") func halfMaximum() throws {
  let soft = Image(width: 5, height: 1, pixels: [-12, 0, 120, 140, 260])
  let mask = try Mask(decoding: soft.encodedNIfTI(compressed: false), name: "soft")
  #expect(mask.pixels == [false, false, false, true, true])
}

@Test("unsupported NIfTI files are refused with the reason") func unsupportedFiles() throws {
  let reasons = [
    ("refused-volume.nii", DipperError.Code.imageUnsupported, "extract one slice"),
    ("refused-complex.nii", .imageUnsupported, "COMPLEX64"),
    ("refused-nan.nii", .imageMalformed, "not finite"),
  ]
  for (file, code, reason) in reasons {
    let error = expectError(in: .imaging) {
      try Image(decoding: ImagingFixtures.bytes(file), name: file)
    }
    #expect(error?.code == code, "\(file)")
    #expect(error?.message.contains(reason) == true, "\(file): \(error?.message ?? "")")
    #expect(error?.message.hasPrefix(file) == true)
  }
}

@Test("a NIfTI header that claims a huge image is refused before memory is allocated")
func enormousNIfTI() throws {
  var bytes = try ImagingFixtures.bytes("float64.nii")
  for axis in [42, 44] { bytes.replaceSubrange(axis..<axis + 2, with: [0xff, 0x1f]) }
  let error = expectError(in: .imaging) { try Image(decoding: bytes, name: "bomb") }
  #expect(error?.message.contains("truncated") == true)
}

@Test("the error about a missing file names it") func missingFile() {
  let file = URL(filePath: "/no/such/place/scan.nii.gz")
  let error = expectError(in: .imaging) { try Image(contentsOf: file) }
  #expect(error?.code == .imageUnreadable)
  #expect(error?.message == "/no/such/place/scan.nii.gz does not exist")
}
