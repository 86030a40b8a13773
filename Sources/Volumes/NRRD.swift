import CNRRD
import Errors
import Foundation
import Imaging
import Synchronization

/// A lock that lets one thread at a time use Teem, whose list of errors is global.
private let teem = Mutex(())

/// Reads a NRRD file; the caller frees its voxels with `cnrrd_free`.
///
/// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
private func readNRRD(_ bytes: Data, name: String) throws -> cnrrd_volume {
  var found = cnrrd_volume()
  var message = [CChar](repeating: 0, count: Int(CNRRD_MESSAGE_LENGTH))
  let status = teem.withLock { _ in
    bytes.withUnsafeBytes { raw in
      cnrrd_read(
        raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt64(maximumVoxelCount), &found,
        &message)
    }
  }
  guard status == 0, found.samples != nil else {
    throw DipperError(
      status == 2 ? .imageUnsupported : .imageMalformed, "\(name) \(String(message: message))")
  }
  return found
}

/// Decodes the bytes of a NRRD file that holds its own voxels.
///
/// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
func decodeNRRD(_ bytes: Data, name: String) throws -> Volume {
  let found = try readNRRD(bytes, name: name)
  let type = VoxelType(nrrd: Int(found.type))
  let size = SIMD3(Int(found.size.0), Int(found.size.1), Int(found.size.2))
  // `Data` takes ownership of the voxels' memory and frees it.
  let memory = Data(
    bytesNoCopy: found.samples, count: size.x * size.y * size.z * type.byteCount,
    deallocator: .custom { memory, _ in cnrrd_free(memory) })
  guard let grid = VolumeGrid(size: size, header: found) else {
    throw DipperError(.imageMalformed, "\(name) has a damaged header: its axes make no sense")
  }
  return Volume(grid: grid, type: type, samples: memory)
}

extension VolumeGrid {
  /// Creates the grid of a NRRD header; nil if its axes are implausible.
  fileprivate init?(size: SIMD3<Int>, header: cnrrd_volume) {
    let steps = [header.direction.0, header.direction.1, header.direction.2].map {
      SIMD3($0.0, $0.1, $0.2)
    }
    let origin = SIMD3(header.origin.0, header.origin.1, header.origin.2)
    if header.is_placed == 0 {
      self.init(size: size, spacing: SIMD3(steps[0].x, steps[1].y, steps[2].z))
    } else {
      guard Geometry.isPlausible(steps: steps, origin: origin) else { return nil }
      self.init(size: size, steps: steps, origin: origin)
    }
  }
}

extension VoxelType {
  fileprivate init(nrrd type: Int) {
    let types: [Int: VoxelType] = [
      cnrrd_int8: .int8, cnrrd_uint8: .uint8, cnrrd_int16: .int16,
      cnrrd_uint16: .uint16, cnrrd_int32: .int32,
      cnrrd_uint32: .uint32, cnrrd_int64: .int64,
      cnrrd_uint64: .uint64, cnrrd_float32: .float32,
    ]
    self = types[type] ?? .float64
  }
}
