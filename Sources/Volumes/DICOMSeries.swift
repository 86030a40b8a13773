import Foundation
import Imaging

/// A frame with where it lies along the normal of its slice, mm.
private struct PlacedFrame {
  var file: DICOMFile
  var frame: DICOMFile.Frame
  var position: SIMD3<Double>
  var height: Double
}

/// The volume that DICOM files make together: slices of one series, in the order in which they lie
/// in the patient, at equal distances. Frames of a segmentation may be missing, and are then empty;
/// its voxels are the numbers of their segments.
///
/// - Throws: `ImagingError` of code `mismatch` or `unsupported` that names a file.
func assembled(_ files: [DICOMFile]) throws -> Volume {
  guard let first = files.first else {
    throw ImagingError(.unsupported, "a DICOM series without files holds no volume")
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
  let difference =
    other.series != first.series
    ? "is of another series; keep one series in a folder"
    : (other.columns, other.rows) != (first.columns, first.rows)
      ? "has slices of another size"
      : (other.type, other.isSegmentation) != (first.type, first.isSegmentation)
        ? "has voxels of another type"
        : isTurned(other, against: first) ? "has slices of another orientation" : nil
  guard let difference else { return }
  throw ImagingError(.mismatch, "\(other.name) does not go with \(first.name): it \(difference)")
}

private func isTurned(_ other: DICOMFile, against first: DICOMFile) -> Bool {
  guard let one = other.orientation, let two = first.orientation else {
    return (other.orientation == nil) != (first.orientation == nil)
  }
  return zip(one, two).contains { abs(($0 * $1).sum() - 1) > 1e-3 }
}

/// One slice; where it does not say how it lies, its raw order is display order.
private func single(_ file: DICOMFile) throws -> Volume {
  let size = SIMD3(file.columns, file.rows, 1)
  let thickness = file.thickness > 0 ? file.thickness : 1
  guard let orientation = file.orientation, let position = file.frames[0].position else {
    return Volume(
      grid: VolumeGrid(size: size, spacing: SIMD3(file.spacing.x, file.spacing.y, thickness)),
      type: file.type, samples: file.frames[0].samples, slope: file.slope,
      intercept: file.intercept)
  }
  let step = cross(orientation[0], orientation[1]) * thickness
  return Volume(
    grid: try grid(file, count: 1, origin: position, step: step), type: file.type,
    samples: file.frames[0].samples, slope: file.slope, intercept: file.intercept)
}

private func placed(_ files: [DICOMFile]) throws -> [PlacedFrame] {
  try files.flatMap { file in
    guard let orientation = file.orientation else {
      throw ImagingError(.unsupported, "\(file.name) does not say how its slices are turned")
    }
    let normal = cross(orientation[0], orientation[1])
    return try file.frames.map { frame in
      guard let position = frame.position else {
        throw ImagingError(.unsupported, "\(file.name) does not say where its slices lie")
      }
      return PlacedFrame(
        file: file, frame: frame, position: position, height: (position * normal).sum())
    }
  }.sorted { $0.height < $1.height }
}

private func stack(_ frames: [PlacedFrame], like first: DICOMFile) throws -> Volume {
  let gaps = zip(frames.dropFirst(), frames).map { $0.height - $1.height }
  let usual = gaps.sorted()[gaps.count / 2]
  if let odd = gaps.firstIndex(where: { $0 <= 0 || abs($0 - usual) > 0.05 * usual }) {
    let places = String(
      format: "%.2f mm and %.2f mm", frames[odd].height, frames[odd + 1].height)
    throw ImagingError(
      .mismatch,
      "the slices round \(frames[odd].file.name) are not at equal distances (\(places)): one is "
        + "missing or there twice")
  }
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

/// Where slices are scaled differently, as those of PET are: what the voxels mean.
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
  let places = heights.map { ($0 - heights[0]) / gap }
  guard places.allSatisfy({ abs($0 - $0.rounded()) < 0.1 }), places.last! < 10_000 else {
    throw ImagingError(
      .unsupported, "the segments of \(first.name) do not lie in slices at equal distances")
  }
  let count = Int(places.last!.rounded()) + 1
  let length = first.columns * first.rows
  guard count <= mostVoxels / length else {
    throw ImagingError(.unsupported, "\(first.name) is too large")
  }
  var labels = Data(count: count * length * 2)
  labels.withUnsafeMutableBytes { raw in
    let voxels = raw.bindMemory(to: UInt16.self)
    for (one, place) in zip(frames, places) {
      let start = Int(place.rounded()) * length
      let segment = UInt16(clamping: max(1, one.frame.segment))
      for (index, bit) in one.frame.samples.enumerated() where bit != 0 {
        voxels[start + index] = segment
      }
    }
  }
  let normal = cross(first.orientation![0], first.orientation![1])
  return Volume(
    grid: try grid(first, count: count, origin: frames[0].position, step: normal * gap),
    type: .uint16, samples: labels)
}

/// DICOM's axes run to the left and the back, those of a grid to the right and the front.
private func grid(
  _ file: DICOMFile, count: Int, origin: SIMD3<Double>, step: SIMD3<Double>
) throws -> VolumeGrid {
  let turn = SIMD3(-1.0, -1, 1)
  let orientation = file.orientation!
  let steps = [
    orientation[0] * file.spacing.x * turn, orientation[1] * file.spacing.y * turn, step * turn,
  ]
  guard VolumeGrid.isSound(steps: steps, origin: origin) else {
    throw ImagingError(.malformed, "\(file.name) has a damaged header: its axes make no sense")
  }
  return VolumeGrid(
    size: SIMD3(file.columns, file.rows, count), steps: steps, origin: origin * turn)
}
