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
    /// The unit vectors along a row and down a column, in DICOM's axes; nil if the file does not
    /// say.
    var orientation: [SIMD3<Double>]?
    /// The distances from column to column and from row to row in mm; nil if the file does not say.
    var spacing: SIMD2<Double>?
    /// The thickness of the slice in mm; nil if the file does not say.
    var thickness: Double?
    /// The distance to the next slice in mm; nil if the file does not say.
    var distance: Double?
    /// The slope of the voxels' scaling: the value of a voxel is `slope * raw + intercept`.
    var slope: Double
    /// The intercept of the voxels' scaling.
    var intercept: Double
    /// The number of the segment that the frame shows; 0 in files other than segmentations.
    var segment: Int
    /// The indices of the stack and of the time point to which the frame belongs.
    var series: SIMD2<Int>
    /// The voxels row by row, in the file's type.
    var samples: Data
  }

  /// The meaning of the voxels.
  enum Kind: Hashable, Sendable {
    /// The voxels are values of a scan.
    case scan
    /// Each frame shows one segment: its voxels are 0 and 1, or fractions of the largest one.
    case segments(largestFraction: Double)
    /// The voxels are numbers of segments.
    case labelMap
  }

  /// The name of the file in errors.
  var name: String
  var columns: Int
  var rows: Int
  var type: VoxelType
  var kind: Kind
  /// The unique id of the series to which the file belongs.
  var series: String
  var frames: [Frame]
  /// The names of the segments by their numbers.
  var segmentNames: [Int: String]
  /// Sentences about how the file was read, without its name.
  var remarks: [String]

  /// Decodes the bytes of a file.
  ///
  /// - Parameter name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  init(decoding bytes: Data, name: String) throws {
    var found = try readDICOM(bytes, name: name)
    defer { cdicom_free(&found) }
    self.init(&found, name: name)
  }

  private init(_ found: inout cdicom_image, name: String) {
    self.name = name
    columns = Int(found.columns)
    rows = Int(found.rows)
    type = voxelType(of: found)
    kind = Kind(found)
    series = text(&found.series)
    remarks = findingRemarks.filter { found.findings & UInt32($0.finding) != 0 }.map(\.remark)
    segmentNames = names(of: found)
    let length = columns * rows * type.byteCount
    // `Data` takes ownership of the voxels' memory and frees it; the frames share it.
    let memory = Data(
      bytesNoCopy: found.samples, count: length * Int(found.frames),
      deallocator: .custom { memory, _ in cdicom_free_samples(memory) })
    found.samples = nil
    let placement = UnsafeBufferPointer(start: found.placement, count: Int(found.frames))
    frames = placement.enumerated().map { index, frame in
      Frame(frame, samples: memory[index * length..<(index + 1) * length])
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
  fileprivate init(_ frame: cdicom_frame, samples: Data) {
    position = frame.is_placed != 0 ? boundedPosition(frame.position) : nil
    orientation = frame.is_oriented != 0 ? directions(frame.orientation) : nil
    spacing =
      plausible(frame.across).flatMap { across in
        plausible(frame.down).map { SIMD2(across, $0) }
      }
    thickness = plausible(frame.thickness)
    distance = plausible(frame.between)
    slope = frame.slope
    intercept = frame.intercept
    segment = Int(frame.segment)
    series = SIMD2(Int(frame.stack), Int(frame.time))
    self.samples = samples
  }

  /// The unit vector from which side a slice is seen: across its row and its column.
  var normal: SIMD3<Double>? { orientation.map { $0[0].cross($0[1]) } }
}

extension DICOMFile.Kind {
  fileprivate init(_ found: cdicom_image) {
    switch cdicom_kind(UInt32(found.kind)) {
    case cdicom_segments: self = .segments(largestFraction: found.largest_fraction)
    case cdicom_label_map: self = .labelMap
    default: self = .scan
    }
  }
}

/// The sentences about what DCMTK's door found in a file.
private let findingRemarks: [(finding: Int, remark: String)] = [
  (cdicom_decimal_comma, "its numbers have decimal commas, which were read as points"),
  (cdicom_no_number, "texts of its header that are no numbers count as missing"),
  (cdicom_slope_of_zero, "its RescaleSlope of 0 counts as 1"),
  (
    cdicom_modality_lut, "its values are those of its Modality LUT (a lookup table)"
  ),
  (
    cdicom_palette,
    "the colours of its palette were made grey, from 0 for black to 255 for white"
  ),
  (cdicom_colours, "its colours were made grey"),
  (
    cdicom_inverted,
    "it is MONOCHROME1, whose small values are meant to be bright; they were kept as stored"
  ),
  (
    cdicom_spacing_at_detector,
    "its spacing is that at the detector, where the object's shadow is larger than the object"
  ),
  (
    cdicom_only_detector_spacing,
    "its spacing is unknown: it gives that at the detector alone (ImagerPixelSpacing)"
  ),
  (
    cdicom_only_scanned_spacing,
    "its spacing is unknown: it gives that on the scanned film alone (NominalScannedPixelSpacing)"
  ),
  (
    cdicom_only_aspect_ratio,
    "its spacing is unknown: it gives the ratio of rows and columns alone (PixelAspectRatio)"
  ),
]

/// The lengths in mm that a header may give for spacings and thicknesses.
private let plausibleLengths = 1e-3...1e3

private func plausible(_ length: Double) -> Double? {
  plausibleLengths.contains(length) ? length : nil
}

private func voxelType(of image: cdicom_image) -> VoxelType {
  if image.is_real != 0 { return image.bits == 32 ? .float32 : .float64 }
  let isSigned = image.is_signed != 0
  switch image.bits {
  case 8: return isSigned ? .int8 : .uint8
  case 16: return isSigned ? .int16 : .uint16
  default: return isSigned ? .int32 : .uint32
  }
}

/// Returns the names of the segments by their numbers.
private func names(of image: cdicom_image) -> [Int: String] {
  (0..<Int(image.segment_count)).reduce(into: [:]) { names, index in
    names[Int(image.segments[index].number)] = text(&image.segments[index].label)
  }
}

/// Decodes the text in a C array up to its terminator.
private func text<Characters>(_ characters: inout Characters) -> String {
  withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

/// Tells whether a file is DICOM, by its magic number or by the first element of a file without
/// one.
func isDICOM(_ bytes: Data) -> Bool {
  if bytes.count > 132, bytes.dropFirst(128).prefix(4) == Data("DICM".utf8) { return true }
  let start = [UInt8](bytes.prefix(6))
  guard start.count == 6 else { return false }
  // The first bytes are the length of group 0002, or a little-endian tag of group 0008 with an
  // element below 0x20. No other format begins with such bytes.
  return start == [2, 0, 0, 0] + Array("UL".utf8)
    || (start[0] == 8 && start[1] == 0 && start[2] < 0x20 && start[3] == 0)
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
