import CJPEG
import CTIFF
import Errors
import Foundation
import Imaging

/// The pages of an image file without a geometry: TIFF or JPEG.
private struct Pages {
  var width: Int
  var height: Int
  var count: Int
  var type: VoxelType
  /// The number of interleaved numbers of each pixel.
  var channels: Int
  var isColour: Bool
  var hasAlpha: Bool
  var samples: Data
  var remarks: [String] = []

  /// Returns the pages as the slices of a volume; colours become grey.
  func volume() -> VolumeFile {
    let numbers = RawVoxels(
      type: type, sizes: [channels, width, height, count], encoding: .raw, isBigEndian: false)
    var layers = NumberLayers(
      samples, of: numbers, along: channels == 1 ? nil : 0, areColours: isColour)
    if hasAlpha, !isColour { layers.dropTransparency() }
    let grid = VolumeGrid(size: SIMD3(width, height, count), geometry: .unknown)
    var file = VolumeFile(
      layers: layers.parts.map { Volume(grid: grid, type: layers.type, samples: $0) },
      remarks: remarks + layers.remarks)
    file.hasLostColours = layers.hasLostColours
    return file
  }
}

/// Returns the error about a file that a door refused.
private func refusal(_ status: Int32, name: String, message: [CChar]) -> DipperError {
  DipperError(
    status == 2 ? .imageUnsupported : .imageMalformed, "\(name) \(String(message: message))")
}

/// Decodes a JPEG image, whose spacing is unknown.
///
/// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
func decodeJPEG(_ file: SourceFile) throws -> VolumeFile {
  var found = cjpeg_image()
  var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_LENGTH))
  let status = file.bytes.withUnsafeBytes { raw in
    cjpeg_read(
      raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(largestPage), &found, &message)
  }
  guard status == 0, found.samples != nil else {
    throw refusal(status, name: file.name, message: message)
  }
  return Pages(found).volume()
}

extension Pages {
  fileprivate init(_ found: cjpeg_image) {
    width = Int(found.width)
    height = Int(found.height)
    count = 1
    type = .uint8
    channels = Int(found.channels)
    isColour = channels == 3
    hasAlpha = false
    samples = Data(
      bytesNoCopy: found.samples, count: width * height * channels,
      deallocator: .custom { memory, _ in cjpeg_free(memory) })
  }
}

/// The largest number of pixels of a JPEG image that is read, 8192^2.
private let largestPage = 1 << 26

/// Decodes a TIFF file, whose pages become the slices of a volume and whose spacing is unknown.
///
/// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
func decodeTIFF(_ file: SourceFile) throws -> VolumeFile {
  var found = ctiff_image()
  var message = [CChar](repeating: 0, count: Int(CTIFF_MESSAGE_LENGTH))
  let status = file.bytes.withUnsafeBytes { raw in
    ctiff_read(
      raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(maximumVoxelCount), &found,
      &message)
  }
  guard status == 0, found.samples != nil else {
    throw refusal(status, name: file.name, message: message)
  }
  return Pages(found).volume()
}

extension Pages {
  fileprivate init(_ found: ctiff_image) {
    width = Int(found.width)
    height = Int(found.height)
    count = Int(found.pages)
    type = voxelType(of: found)
    channels = Int(found.channels)
    isColour = found.is_colour != 0
    hasAlpha = found.has_alpha != 0
    samples = Data(
      bytesNoCopy: found.samples, count: width * height * count * channels * type.byteCount,
      deallocator: .custom { memory, _ in ctiff_free(memory) })
    describe(found)
  }

  /// Notes what the file says about its values and its spacing.
  private mutating func describe(_ found: ctiff_image) {
    if found.has_resolution != 0 {
      remarks.append("its spacing is unknown: its resolution is that of a print or a scanner")
    }
    if found.is_palette != 0 { remarks.append("its values are the indices of its palette") }
    if found.is_inverted != 0, found.is_real == 0, found.is_signed == 0 { invert(found) }
  }

  /// Makes 0 black in a file that calls 0 white.
  private mutating func invert(_ found: ctiff_image) {
    let unused = UInt8(8 - min(8, found.depth))
    samples = Data(samples.map { ~$0 & (0xff >> unused) })
    remarks.append("it calls 0 white, so its values were inverted to make 0 black")
  }
}

private func voxelType(of image: ctiff_image) -> VoxelType {
  let isSigned = image.is_signed != 0
  switch (image.bits, image.is_real != 0) {
  case (32, true): return .float32
  case (_, true): return .float64
  case (8, _): return isSigned ? .int8 : .uint8
  case (16, _): return isSigned ? .int16 : .uint16
  case (32, _): return isSigned ? .int32 : .uint32
  default: return isSigned ? .int64 : .uint64
  }
}
