import CDICOM
import Errors
import Foundation
import Imaging

/// The slices of one DICOM file and the parts of its header that place them in the patient.
///
/// DICOM's axes are millimetres towards the patient's left, back and head.
struct DICOMFile: Sendable {
  /// One slice of the file.
  struct Frame: Sendable {
    /// The centre of the first voxel, in mm of DICOM's axes; nil if the file does not say.
    var position: SIMD3<Double>?
    /// The number of the segment that the frame shows; 0 in files other than segmentations.
    var segment: Int
    /// The voxels row by row, in the file's type.
    var samples: Data
  }

  /// The name of the file in errors.
  var name: String
  var columns: Int
  var rows: Int
  var type: VoxelType
  /// The slope of the voxels' scaling: the value of a voxel is `slope * raw + intercept`.
  var slope: Double
  var intercept: Double
  /// The unit vectors along a row and down a column, in DICOM's axes; nil if the file does not say.
  var orientation: [SIMD3<Double>]?
  /// The spacing of the voxels in a slice.
  var spacing: Spacing
  /// The thickness of a slice in mm; 0 if the file does not say.
  var thickness: Double
  /// The unique id of the series to which the file belongs.
  var series: String
  var isSegmentation: Bool
  var frames: [Frame]

  /// Decodes the bytes of a file.
  ///
  /// - Parameter name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  init(decoding bytes: Data, name: String) throws {
    var found = try readDICOM(bytes, name: name)
    defer { cdicom_free(&found) }
    self.init(found, name: name)
  }

  private init(_ found: cdicom_image, name: String) {
    self.name = name
    columns = Int(found.columns)
    rows = Int(found.rows)
    slope = found.slope
    intercept = found.intercept
    thickness = plausibleLengths.contains(found.thickness) ? found.thickness : 0
    isSegmentation = found.is_segmentation != 0
    type = voxelType(of: found)
    spacing = sliceSpacing(of: found)
    orientation = found.is_oriented != 0 ? directions(found.orientation) : nil
    series = withUnsafeBytes(of: found.series) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let length = columns * rows * type.byteCount
    frames = (0..<Int(found.frames)).map { index in
      Frame(
        found.placement[index],
        samples: Data(bytes: found.samples + index * length, count: length))
    }
  }
}

/// Reads a file; the caller frees the image with `cdicom_free`.
///
/// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
private func readDICOM(_ bytes: Data, name: String) throws -> cdicom_image {
  var found = cdicom_image()
  var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_LENGTH))
  let status = bytes.withUnsafeBytes { raw in
    cdicom_read(
      raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(maximumVoxelCount), &found,
      &message)
  }
  guard status == 0, found.samples != nil, found.placement != nil else {
    throw DipperError(
      status == 2 ? .imageUnsupported : .imageMalformed, "\(name) \(String(message: message))")
  }
  return found
}

extension DICOMFile.Frame {
  fileprivate init(_ placement: cdicom_frame, samples: Data) {
    position = placement.is_placed != 0 ? boundedPosition(placement.position) : nil
    segment = Int(placement.segment)
    self.samples = samples
  }
}

/// The lengths in mm that a header may give for spacings and thicknesses.
private let plausibleLengths = 1e-3...1e3

private func voxelType(of image: cdicom_image) -> VoxelType {
  image.bits == 8
    ? (image.is_signed != 0 ? .int8 : .uint8) : (image.is_signed != 0 ? .int16 : .uint16)
}

/// Returns the spacing of the voxels in a slice; unknown if the header gives none that is plausible.
private func sliceSpacing(of image: cdicom_image) -> Spacing {
  plausibleLengths.contains(image.across) && plausibleLengths.contains(image.down)
    ? Spacing(x: image.across, y: image.down) : .unknown
}

/// Tells whether a file is DICOM, by its magic number or by the first element of a file without
/// one.
func isDICOM(_ bytes: Data) -> Bool {
  if bytes.count > 132, bytes.dropFirst(128).prefix(4) == Data("DICM".utf8) { return true }
  // The first bytes are a little-endian tag of group 0008 with an element below 0x20. No other
  // format begins with such bytes.
  let start = [UInt8](bytes.prefix(4))
  return start.count == 4 && start[0] == 8 && start[1] == 0 && start[2] < 0x20 && start[3] == 0
}

/// Returns two orthogonal unit vectors; nil if the numbers are not such vectors.
private func directions(
  _ numbers: (Double, Double, Double, Double, Double, Double)
) -> [SIMD3<Double>]? {
  let along = SIMD3(numbers.0, numbers.1, numbers.2)
  let down = SIMD3(numbers.3, numbers.4, numbers.5)
  let isSound =
    abs((along * along).sum() - 1) < 0.01 && abs((down * down).sum() - 1) < 0.01
    && abs((along * down).sum()) < 0.01
  return isSound ? [along, down] : nil
}

/// Returns a position in mm; nil if a coordinate is 100 m or more from the origin.
private func boundedPosition(_ numbers: (Double, Double, Double)) -> SIMD3<Double>? {
  let position = SIMD3(numbers.0, numbers.1, numbers.2)
  return [position.x, position.y, position.z].allSatisfy { abs($0) < 1e5 } ? position : nil
}
