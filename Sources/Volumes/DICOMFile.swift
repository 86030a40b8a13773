import CDICOM
import Foundation
import Imaging

/// What one DICOM file holds.
struct DICOMFile: Sendable {
  /// One slice.
  struct Frame: Sendable {
    /// Of the first voxel's centre, mm towards the patient's left, back and head; nil where unknown.
    var position: SIMD3<Double>?
    /// Of a segmentation, the number of the segment; else 0.
    var segment: Int
    /// Rows one after the other, in the file's type.
    var samples: Data
  }

  /// What to call the file in an error.
  var name: String
  var columns: Int
  var rows: Int
  var type: VoxelType
  var slope: Double
  var intercept: Double
  /// Directions along a row and down a column, in DICOM's axes.
  var orientation: [SIMD3<Double>]?
  /// Along a row and down a column.
  var spacing: Spacing
  /// Of a slice, mm; 0 where not given.
  var thickness: Double
  var series: String
  var isSegmentation: Bool
  var frames: [Frame]

  /// Reads a file.
  ///
  /// - Throws: `ImagingError` of code `malformed` or `unsupported`.
  init(decoding bytes: Data, name: String) throws {
    var found = cdicom_image()
    var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_LENGTH))
    let status = bytes.withUnsafeBytes { raw in
      cdicom_read(
        raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(mostVoxels), &found, &message)
    }
    guard status == 0, let samples = found.samples, let placement = found.placement else {
      throw ImagingError(
        status == 2 ? .unsupported : .malformed, "\(name) \(String(message: message))")
    }
    defer { cdicom_free(&found) }
    self.name = name
    (columns, rows) = (Int(found.columns), Int(found.rows))
    (slope, intercept) = (found.slope, found.intercept)
    thickness = (1e-3...1e3).contains(found.thickness) ? found.thickness : 0
    isSegmentation = found.is_segmentation != 0
    type =
      found.bits == 8
      ? (found.is_signed != 0 ? .int8 : .uint8) : (found.is_signed != 0 ? .int16 : .uint16)
    let (across, down) = (found.across, found.down)
    let lengths = 1e-3...1e3
    spacing =
      lengths.contains(across) && lengths.contains(down) ? Spacing(x: across, y: down) : .unit
    orientation = found.is_oriented != 0 ? directions(found.orientation) : nil
    series = withUnsafeBytes(of: &found.series) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let length = columns * rows * type.byteCount
    frames = (0..<Int(found.frames)).map { index in
      let place = placement[index]
      return Frame(
        position: place.is_placed != 0 ? bounded(place.position) : nil,
        segment: Int(place.segment), samples: Data(bytes: samples + index * length, count: length))
    }
  }
}

/// Whether a file is DICOM: by its mark, or by how data sets without one begin.
func isDICOM(_ bytes: Data) -> Bool {
  if bytes.count > 132, bytes.dropFirst(128).prefix(4) == Data("DICM".utf8) { return true }
  // Group 0008, low byte first, an element below 0x20: no other format here begins so.
  let start = [UInt8](bytes.prefix(4))
  return start.count == 4 && start[0] == 8 && start[1] == 0 && start[2] < 0x20 && start[3] == 0
}

/// Two directions of length 1 at right angles, or nil where they are not.
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

/// A place in a room; nil where it is none.
private func bounded(_ place: (Double, Double, Double)) -> SIMD3<Double>? {
  let position = SIMD3(place.0, place.1, place.2)
  return [position.x, position.y, position.z].allSatisfy { abs($0) < 1e5 } ? position : nil
}
