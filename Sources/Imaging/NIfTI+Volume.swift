import CNIfTI
import Errors
import Foundation

/// The largest number of voxels of a volume that is read, 1024^3. Larger volumes are refused, which
/// bounds the memory that a hostile header can claim.
package let maximumVoxelCount = 1 << 30

extension Volume {
  /// Decodes the bytes of a NIfTI file of one or more slices, gzipped or not.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decodingNIfTI bytes: Data, name: String) throws {
    var found = cnifti_volume()
    var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
    let status = bytes.withUnsafeBytes { raw in
      cnifti_read_volume(
        raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(maximumVoxelCount), &found,
        &message)
    }
    guard status == 0, let samples = found.samples, let type = VoxelType(nifti: found.type) else {
      throw DipperError(
        status == 2 ? .imageUnsupported : .imageMalformed, "\(name) \(String(message: message))")
    }
    // `Data` takes ownership of the voxels' memory and frees it.
    let memory = Data(
      bytesNoCopy: samples, count: found.voxels * type.byteCount, deallocator: .free)
    guard let grid = VolumeGrid(found) else {
      throw DipperError(.imageMalformed, "\(name) has a damaged header: its axes make no sense")
    }
    self.init(
      grid: grid, type: type, samples: memory, slope: found.slope, intercept: found.intercept)
    header = withUnsafeBytes(of: &found.header) { Data($0) }
  }

  /// Encodes a mask on this volume's grid as a gzipped NIfTI file of type uint8, 1 inside.
  ///
  /// If the volume was read from a NIfTI file, the mask's header copies that file's geometry field
  /// by field.
  ///
  /// - Parameter masks: the masks in display orientation, by the index of their slice; slices
  ///   without a mask are empty.
  /// - Throws: `DipperError` of code `gridMismatch` (another size), `imageUnsupported` (a side over
  ///   32767) or `imageUnwritable`.
  public func encodedNIfTI(of masks: [Int: Mask]) throws -> Data {
    guard grid.size.max() <= Int(Int16.max) else {
      throw DipperError(
        .imageUnsupported, "NIfTI cannot hold \(grid.size) voxels: a side is over 32767")
    }
    var volume = grid.header
    if let header { withUnsafeMutableBytes(of: &volume.header) { _ = header.copyBytes(to: $0) } }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
    guard
      cnifti_write_labels(&volume, try labels(masks), &bytes, &count, &message) == 0, let bytes
    else { throw DipperError(.imageUnwritable, "the NIfTI file \(String(message: message))") }
    defer { cnifti_free(bytes) }
    return Data(bytes: bytes, count: count)
  }

  /// Returns the voxels of the masks in raw order, 1 inside.
  private func labels(_ masks: [Int: Mask]) throws -> [UInt8] {
    var labels = [UInt8](repeating: 0, count: grid.size.x * grid.size.y * grid.size.z)
    let order = grid.displayOrder
    for (slice, mask) in masks {
      guard (mask.width, mask.height) == (grid.width, grid.height),
        (0..<grid.sliceCount).contains(slice)
      else {
        throw DipperError(
          .gridMismatch,
          "a mask of \(mask.width) x \(mask.height) pixels at slice \(slice) does not fit a volume "
            + "of \(grid.width) x \(grid.height) x \(grid.sliceCount)")
      }
      for y in 0..<mask.height {
        for x in 0..<mask.width where mask[x, y] {
          labels[order.index(x: x, y: y, slice: slice)] = 1
        }
      }
    }
    return labels
  }
}

extension cnifti_volume {
  fileprivate var voxels: Int { Int(size.0) * Int(size.1) * Int(size.2) }
}

extension VolumeGrid {
  /// Creates the grid of a NIfTI header; nil if its axes are implausible.
  fileprivate init?(_ found: cnifti_volume) {
    let size = SIMD3(Int(found.size.0), Int(found.size.1), Int(found.size.2))
    let rows = [found.affine.0, found.affine.1, found.affine.2]
    let columns = [
      SIMD3(rows[0].0, rows[1].0, rows[2].0), SIMD3(rows[0].1, rows[1].1, rows[2].1),
      SIMD3(rows[0].2, rows[1].2, rows[2].2), SIMD3(rows[0].3, rows[1].3, rows[2].3),
    ]
    if found.is_placed == 0 {
      self.init(size: size, spacing: SIMD3(columns[0].x, columns[1].y, columns[2].z))
    } else {
      let steps = Array(columns[0..<3])
      guard Self.isPlausible(steps: steps, origin: columns[3]) else { return nil }
      self.init(size: size, steps: steps, origin: columns[3])
    }
  }

  /// The description of this grid for a new NIfTI file.
  fileprivate var header: cnifti_volume {
    var volume = cnifti_volume()
    volume.size = (Int32(size.x), Int32(size.y), Int32(size.z))
    volume.is_placed = 1
    func row(_ axis: Int) -> (Double, Double, Double, Double) {
      (steps[0][axis], steps[1][axis], steps[2][axis], origin[axis])
    }
    volume.affine = (row(0), row(1), row(2))
    return volume
  }
}

extension VoxelType {
  /// Creates the type with a data type code of NIfTI-1 (`nifti1.h`); nil for other types.
  fileprivate init?(nifti code: Int32) {
    switch code {
    case 2: self = .uint8
    case 4: self = .int16
    case 8: self = .int32
    case 16: self = .float32
    case 64: self = .float64
    case 256: self = .int8
    case 512: self = .uint16
    case 768: self = .uint32
    case 1024: self = .int64
    case 1280: self = .uint64
    default: return nil
    }
  }
}
