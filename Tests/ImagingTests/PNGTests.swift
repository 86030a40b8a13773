import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing

@Test("PNG files give the pixels that Pillow wrote") func matchesPillow() throws {
  let expected: [ExpectedImage] = try ImagingFixtures.decoded("png.json")
  #expect(expected.count == 11)
  for file in expected {
    let image = try Image(decoding: ImagingFixtures.bytes(file.file), name: file.file)
    #expect(image.width == file.width && image.height == file.height, "\(file.file)")
    #expect(image.pixels.map(Double.init) == file.pixels, "\(file.file)")
  }
}

@Test("every grey value survives a PNG file", arguments: [PNGDepth.eight, .sixteen])
func greyRoundTrip(depth: PNGDepth) throws {
  let width = Int(depth.maximum) + 1
  let image = Image(width: width, height: 2, pixels: (0..<2 * width).map { Float($0 % width) })
  let read = try Image(decoding: image.encodedPNG(depth: depth), name: "ramp")
  #expect(read == image)
}

@Test("values are rounded and clipped to the range of a PNG file") func rounding() throws {
  let image = Image(width: 5, height: 1, pixels: [-3, 0.49, 0.51, 254.6, 300])
  let read = try Image(decoding: image.encodedPNG(), name: "clipped")
  #expect(read.pixels == [0, 0, 1, 255, 255])
}

@Test("an image with values that are not finite cannot be encoded as PNG") func notFinite() {
  let image = Image(width: 2, height: 1, pixels: [0, .nan])
  expectError(in: .imaging) { try image.encodedPNG() }
}

@Test("a mask survives a PNG file") func maskPNGRoundTrip() throws {
  let mask = disc(size: 31, x: 12, y: 17, radius: 9)
  let bytes = try mask.encodedPNG()
  #expect(try bytes == mask.encodedPNG())
  #expect(try Mask(decoding: bytes, name: "disc") == mask)
  #expect(try Set(Image(decoding: bytes, name: "disc").pixels) == [0, 255])
}

@Test("empty and full masks survive a PNG file") func uniformMasks() throws {
  for isInside in [false, true] {
    let mask = Mask(width: 4, height: 3, pixels: [Bool](repeating: isInside, count: 12))
    #expect(try Mask(decoding: mask.encodedPNG(), name: "uniform") == mask)
  }
}

@Test("a colour image is read as its luminance") func luminance() throws {
  var picture = ColourImage(width: 2, height: 1)
  picture[0, 0] = (200, 200, 200)
  picture[1, 0] = (255, 0, 0)
  let image = try Image(decoding: picture.encodedPNG(), name: "picture")
  #expect(image.pixels == [200, 54])
}

@Test("a PNG header that claims a huge image is refused before memory is allocated")
func enormousPNG() throws {
  var bytes = try Image(width: 2, height: 2, value: 7).encodedPNG()
  // The header claims 8191 x 8191 pixels, with a correct checksum.
  bytes.replaceSubrange(16..<24, with: [0, 0, 0x1f, 0xff, 0, 0, 0x1f, 0xff])
  bytes.replaceSubrange(
    29..<33, with: withUnsafeBytes(of: crc32(bytes[12..<29]).bigEndian) { Data($0) })
  let error = expectError(in: .imaging) { try Image(decoding: bytes, name: "bomb") }
  #expect(error?.message.contains("ends too early") == true)
}
