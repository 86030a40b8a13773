import Errors
import Foundation
import Imaging

/// A frame with its position along the normal of its slice.
private struct PlacedFrame {
  var file: DICOMFile
  var frame: DICOMFile.Frame
  /// The centre of the first voxel, in mm of DICOM's axes.
  var position: SIMD3<Double>
  /// The projection of `position` onto the slice's normal, in mm.
  var height: Double
}

/// Assembles the slices of one DICOM series into a volume, ordered by their position in the
/// patient.
///
/// The slices must lie at equal distances. The voxels of a segmentation are the numbers of their
/// segments, and slices without a frame are empty.
///
/// - Throws: `DipperError` of code `gridMismatch` or `imageUnsupported` that names a file.
func assembledVolume(_ files: [DICOMFile]) throws -> Volume {
  guard let first = files.first else {
    throw DipperError(.imageUnsupported, "a DICOM series without files holds no volume")
  }
  for other in files.dropFirst() { try check(other, fits: first) }
  if files.count == 1, first.frames.count == 1, !first.isSegmentation {
    return try single(first)
  }
  let frames = try placed(files)
  return first.isSegmentation
    ? try segmentation(frames, like: first) : try stack(frames, like: first)
}

private func check(_ other: DICOMFile, fits first: DICOMFile) throws {
  guard let difference = difference(of: other, from: first) else { return }
  throw DipperError(.gridMismatch, "\(other.name) does not go with \(first.name): it \(difference)")
}

/// Returns the reason why a file cannot be in the volume of `first`, as the end of a sentence; nil
/// if it can.
private func difference(of other: DICOMFile, from first: DICOMFile) -> String? {
  if other.series != first.series { return "is of another series; keep one series in a folder" }
  if (other.columns, other.rows) != (first.columns, first.rows) {
    return "has slices of another size"
  }
  if (other.type, other.isSegmentation) != (first.type, first.isSegmentation) {
    return "has voxels of another type"
  }
  return isTurned(other, against: first) ? "has slices of another orientation" : nil
}

private func isTurned(_ other: DICOMFile, against first: DICOMFile) -> Bool {
  guard let one = other.orientation, let two = first.orientation else {
    return (other.orientation == nil) != (first.orientation == nil)
  }
  return zip(one, two).contains { abs(($0 * $1).sum() - 1) > 1e-3 }
}

/// Returns the volume of one slice; if the file does not place it in the patient, its raw order is
/// display order.
private func single(_ file: DICOMFile) throws -> Volume {
  let size = SIMD3(file.columns, file.rows, 1)
  let thickness = file.thickness > 0 ? file.thickness : 1
  guard let orientation = file.orientation, let position = file.frames[0].position else {
    return Volume(
      grid: VolumeGrid(size: size, spacing: SIMD3(file.spacing.x, file.spacing.y, thickness)),
      type: file.type, samples: file.frames[0].samples, slope: file.slope,
      intercept: file.intercept)
  }
  let step = orientation[0].cross(orientation[1]) * thickness
  return Volume(
    grid: try grid(file, count: 1, origin: position, step: step), type: file.type,
    samples: file.frames[0].samples, slope: file.slope, intercept: file.intercept)
}

private func placed(_ files: [DICOMFile]) throws -> [PlacedFrame] {
  try files.flatMap { file in
    guard let orientation = file.orientation else {
      throw DipperError(.imageUnsupported, "\(file.name) does not say how its slices are turned")
    }
    let normal = orientation[0].cross(orientation[1])
    return try file.frames.map { frame in
      guard let position = frame.position else {
        throw DipperError(.imageUnsupported, "\(file.name) does not say where its slices lie")
      }
      return PlacedFrame(
        file: file, frame: frame, position: position, height: (position * normal).sum())
    }
  }.sorted { $0.height < $1.height }
}

/// Checks that slices lie at equal distances, to within 5 % of the median distance.
///
/// - Throws: `DipperError` of code `gridMismatch` that names a file.
private func checkDistances(of frames: [PlacedFrame]) throws {
  let gaps = zip(frames.dropFirst(), frames).map { $0.height - $1.height }
  let usual = gaps.sorted()[gaps.count / 2]
  if let odd = gaps.firstIndex(where: { $0 <= 0 || abs($0 - usual) > 0.05 * usual }) {
    let heights = String(
      format: "%.2f mm and %.2f mm", frames[odd].height, frames[odd + 1].height)
    throw DipperError(
      .gridMismatch,
      "the slices around \(frames[odd].file.name) are not at equal distances (\(heights)): one is "
        + "missing or there twice")
  }
}

private func stack(_ frames: [PlacedFrame], like first: DICOMFile) throws -> Volume {
  try checkDistances(of: frames)
  let step = (frames.last!.position - frames[0].position) / Double(frames.count - 1)
  let isAlike = frames.allSatisfy {
    ($0.file.slope, $0.file.intercept) == (first.slope, first.intercept)
  }
  let grid = try grid(first, count: frames.count, origin: frames[0].position, step: step)
  var samples = Data()
  for one in frames { samples += isAlike ? one.frame.samples : scaled(one) }
  return isAlike
    ? Volume(
      grid: grid, type: first.type, samples: samples, slope: first.slope,
      intercept: first.intercept)
    : Volume(grid: grid, type: .float32, samples: samples)
}

/// Returns the values of a slice as float32, for series such as PET whose slices are scaled
/// differently.
private func scaled(_ one: PlacedFrame) -> Data {
  let raw = Volume(
    grid: VolumeGrid(size: SIMD3(one.file.columns, one.file.rows, 1), spacing: SIMD3(1, 1, 1)),
    type: one.file.type, samples: one.frame.samples, slope: one.file.slope,
    intercept: one.file.intercept)
  return raw.slice(0).pixels.withUnsafeBytes { Data($0) }
}

private func segmentation(_ frames: [PlacedFrame], like first: DICOMFile) throws -> Volume {
  let heights = frames.map(\.height)
  let gaps = zip(heights.dropFirst(), heights).map { $0 - $1 }.filter { $0 > 0.01 }
  let gap = gaps.min() ?? (first.thickness > 0 ? first.thickness : 1)
  let positions = heights.map { ($0 - heights[0]) / gap }
  guard positions.allSatisfy({ abs($0 - $0.rounded()) < 0.1 }), positions.last! < 10_000 else {
    throw DipperError(
      .imageUnsupported, "the segments of \(first.name) do not lie in slices at equal distances")
  }
  let slices = positions.map { Int($0.rounded()) }
  let count = slices.last! + 1
  let length = first.columns * first.rows
  guard count <= maximumVoxelCount / length else {
    throw DipperError(.imageUnsupported, "\(first.name) is too large")
  }
  let normal = first.orientation![0].cross(first.orientation![1])
  return Volume(
    grid: try grid(first, count: count, origin: frames[0].position, step: normal * gap),
    type: .uint16, samples: labels(frames, at: slices, sliceCount: count, sliceLength: length))
}

/// Returns the voxels of a segmentation as uint16 numbers of segments, 0 outside.
private func labels(
  _ frames: [PlacedFrame], at slices: [Int], sliceCount: Int, sliceLength: Int
) -> Data {
  var labels = Data(count: sliceCount * sliceLength * 2)
  labels.withUnsafeMutableBytes { raw in
    let voxels = raw.bindMemory(to: UInt16.self)
    for (one, slice) in zip(frames, slices) {
      let segment = UInt16(clamping: max(1, one.frame.segment))
      for (index, bit) in one.frame.samples.enumerated() where bit != 0 {
        voxels[slice * sliceLength + index] = segment
      }
    }
  }
  return labels
}

/// Creates the grid of `count` slices like those of a file; DICOM's axes run to the left and the
/// back, those of a grid to the right and the front.
private func grid(
  _ file: DICOMFile, count: Int, origin: SIMD3<Double>, step: SIMD3<Double>
) throws -> VolumeGrid {
  let turn = SIMD3(-1.0, -1, 1)
  let orientation = file.orientation!
  let steps = [
    orientation[0] * file.spacing.x * turn, orientation[1] * file.spacing.y * turn, step * turn,
  ]
  guard Geometry.isPlausible(steps: steps, origin: origin) else {
    throw DipperError(.imageMalformed, "\(file.name) has a damaged header: its axes make no sense")
  }
  return VolumeGrid(
    size: SIMD3(file.columns, file.rows, count), steps: steps, origin: origin * turn)
}
