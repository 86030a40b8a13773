import CNIfTI
import Errors
import Foundation

/// The largest number of voxels of a volume that is read, 1024^3. Larger volumes are refused, which
/// bounds the memory that a hostile header can claim.
package let maximumVoxelCount = 1 << 30

extension Volume {
  /// Decodes the bytes of a NIfTI file, version 1 or 2, of one or more slices, gzipped or not.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file; for a .hdr file those of the header.
  ///   - voxels: the bytes of the .img file that belongs to a .hdr file, or nil.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decodingNIfTI bytes: Data, voxels: Data? = nil, name: String) throws {
    let layers = try decodeNIfTILayers(bytes, voxels: voxels, name: name)
    guard layers.count == 1 else {
      throw DipperError(
        .imageUnsupported,
        "\(name) holds more than one volume (\(layers.count)); extract one into a file first")
    }
    self = layers[0]
  }

  /// Encodes this volume as a NIfTI file with its geometry and voxels.
  ///
  /// - Precondition: the volume's slope is 1 and its intercept 0.
  /// - Parameter compressed: whether the file is gzipped.
  /// - Throws: `DipperError` of code `imageUnwritable` if memory runs out.
  func encodedNIfTI(compressed: Bool) throws -> Data {
    var described = grid.description
    precondition(slope == 1 && intercept == 0, "the header of a new file holds no scaling")
    return try encode(&described, type: type, samples: samples, compressed: compressed)
  }

  /// Encodes a mask on this volume's grid as a NIfTI file of type uint8, 1 inside.
  ///
  /// If the volume was read from a NIfTI file, the mask's header copies that file's geometry field
  /// by field.
  ///
  /// - Parameters:
  ///   - masks: the masks in display orientation, by the index of their slice; slices without a mask
  ///     are empty.
  ///   - compressed: whether the file is gzipped.
  /// - Throws: `DipperError` of code `gridMismatch` (another size) or `imageUnwritable`.
  public func encodedNIfTI(of masks: [Int: Mask], compressed: Bool = true) throws -> Data {
    var described = grid.description
    if let header {
      described.header_length = Int32(header.count)
      withUnsafeMutableBytes(of: &described.header) { _ = header.copyBytes(to: $0) }
    }
    return try encode(
      &described, type: .uint8, samples: Data(try labels(masks)), compressed: compressed)
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

extension Image {
  /// Encodes the image as a NIfTI file of one slice, type float32; equal images have equal bytes.
  ///
  /// - Parameters:
  ///   - grid: the slice's place in the patient (`VolumeGrid.slice`); nil for an image of which only
  ///     the spacing is known.
  ///   - compressed: whether the file is gzipped.
  /// - Throws: `DipperError` of code `imageUnwritable` if memory runs out.
  public func encodedNIfTI(on grid: VolumeGrid? = nil, compressed: Bool) throws -> Data {
    let volume = Volume(self)
    return try (grid.map(volume.onGrid) ?? volume).encodedNIfTI(compressed: compressed)
  }
}

extension Mask {
  /// Encodes the mask as a NIfTI file of one slice, type uint8, 1 inside; equal masks have equal
  /// bytes.
  ///
  /// - Parameter compressed: whether the file is gzipped.
  /// - Throws: `DipperError` of code `imageUnwritable` if memory runs out.
  public func encodedNIfTI(compressed: Bool) throws -> Data {
    try Volume(
      grid: VolumeGrid(size: SIMD3(width, height, 1), sliceSpacing: spacing), type: .uint8,
      samples: Data(pixels.map { $0 ? 1 : 0 })
    ).encodedNIfTI(compressed: compressed)
  }
}

/// Decodes the bytes of a NIfTI file into the volumes that it holds one after the other along its
/// fourth and further axes.
///
/// - Parameters:
///   - bytes: the bytes of the file; for a .hdr file those of the header.
///   - voxels: the bytes of the .img file that belongs to a .hdr file, or nil.
///   - name: the name of the file in errors.
///   - voxelLimit: the number of voxels above which the file is refused.
/// - Returns: the volumes, which share one grid; at least one.
/// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
package func decodeNIfTILayers(
  _ bytes: Data, voxels: Data? = nil, name: String, voxelLimit: Int = maximumVoxelCount
) throws -> [Volume] {
  let found = try readNIfTI(bytes, voxels: voxels, name: name, voxelLimit: voxelLimit)
  guard let type = VoxelType(nifti: found.type) else {
    cnifti_free(found.samples)
    throw DipperError(.imageUnsupported, "\(name) holds voxels of an unknown type")
  }
  let size = SIMD3(Int(found.size.0), Int(found.size.1), Int(found.size.2))
  let length = size.x * size.y * size.z * type.byteCount
  // `Data` takes ownership of the voxels' memory and frees it.
  let memory = Data(
    bytesNoCopy: found.samples, count: length * Int(found.layers), deallocator: .free)
  let placement = try NIfTIPlacement(found, name: name)
  let grid = VolumeGrid(size: size, geometry: placement.geometry)
  return (0..<Int(found.layers)).map { layer in
    var volume = Volume(
      grid: grid, type: type,
      samples: found.layers == 1
        ? memory : memory.subdata(in: layer * length..<(layer + 1) * length),
      slope: found.slope, intercept: found.intercept)
    volume.header = found.headerBytes
    volume.remarks = placement.remarks
    return volume
  }
}

/// Tells whether bytes are the header of a .hdr file, whose voxels are in another one.
package func isDetachedNIfTI(_ bytes: Data) -> Bool { fileCount(ofNIfTI: bytes) == 2 }

/// Returns the number of files of a NIfTI image with this header; 0 for other bytes.
func fileCount(ofNIfTI bytes: Data) -> Int {
  bytes.withUnsafeBytes { raw in
    Int(cnifti_file_count(raw.bindMemory(to: UInt8.self).baseAddress, raw.count))
  }
}

private func readNIfTI(
  _ bytes: Data, voxels: Data?, name: String, voxelLimit: Int
) throws -> cnifti_volume {
  var found = cnifti_volume()
  var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
  let status = bytes.withUnsafeBytes { header in
    (voxels ?? Data()).withUnsafeBytes { body in
      cnifti_read(
        header.bindMemory(to: UInt8.self).baseAddress, header.count,
        voxels == nil ? nil : body.bindMemory(to: UInt8.self).baseAddress, body.count,
        UInt64(voxelLimit), &found, &message)
    }
  }
  guard status == 0, found.samples != nil else {
    throw DipperError(
      status == 2 ? .imageUnsupported : .imageMalformed, "\(name) \(String(message: message))")
  }
  return found
}

private func encode(
  _ described: inout cnifti_volume, type: VoxelType, samples: Data, compressed: Bool
) throws -> Data {
  var bytes: UnsafeMutablePointer<UInt8>?
  var count = 0
  var message = [CChar](repeating: 0, count: Int(CNIFTI_MESSAGE_LENGTH))
  let status = samples.withUnsafeBytes { raw in
    cnifti_write(
      &described, type.niftiCode, raw.baseAddress, compressed ? 1 : 0, &bytes, &count, &message)
  }
  guard status == 0, let bytes else {
    throw DipperError(.imageUnwritable, "the NIfTI file \(String(message: message))")
  }
  // `Data` takes ownership of the file's memory and frees it.
  return Data(
    bytesNoCopy: bytes, count: count, deallocator: .custom { memory, _ in cnifti_free(memory) })
}

extension cnifti_volume {
  fileprivate var headerBytes: Data {
    withUnsafeBytes(of: header) { Data($0.prefix(Int(header_length))) }
  }
}

extension VolumeGrid {
  /// The description of this grid for a new NIfTI file.
  fileprivate var description: cnifti_volume {
    var volume = cnifti_volume()
    volume.size = (Int64(size.x), Int64(size.y), Int64(size.z))
    let spacing = geometry.spacing ?? SIMD3(1, 1, 1)
    volume.pixdim = (spacing.x, spacing.y, spacing.z)
    volume.unit = geometry.spacing == nil ? 0 : 1
    // NIfTI's code 1: coordinates of the scanner.
    volume.sform_code = geometry.isPlaced ? 1 : 0
    let steps = steps
    func row(_ axis: Int) -> (Double, Double, Double, Double) {
      (steps[0][axis], steps[1][axis], steps[2][axis], origin[axis])
    }
    volume.sform = (row(0), row(1), row(2))
    return volume
  }
}

extension VoxelType {
  /// The type with a data type code of NIfTI-1 (`nifti1.h`); nil for other types.
  fileprivate init?(nifti code: Int32) {
    guard let type = Self.allCases.first(where: { $0.niftiCode == code }) else { return nil }
    self = type
  }

  /// The data type code of NIfTI-1 (`nifti1.h`).
  fileprivate var niftiCode: Int32 {
    switch self {
    case .uint8: 2
    case .int16: 4
    case .int32: 8
    case .float32: 16
    case .float64: 64
    case .int8: 256
    case .uint16: 512
    case .uint32: 768
    case .int64: 1024
    case .uint64: 1280
    }
  }
}

extension String {
  /// Decodes the text of a C buffer up to its terminator.
  package init(message: [CChar]) {
    self = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
