import Errors
import Foundation
import Imaging

/// A frame with its file and its position along the normal of its slice.
struct PlacedFrame {
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
/// The slices must lie at equal distances, except in a segmentation, which leaves out empty slices.
///
/// - Throws: `DipperError` of code `gridMismatch` or `imageUnsupported` that names a file.
func assembledVolume(_ files: [DICOMFile]) throws -> VolumeFile {
  guard !files.isEmpty else {
    throw DipperError(.imageUnsupported, "a DICOM series without files holds no volume")
  }
  try checkSeries(files)
  try checkFrames(files)
  var volume = try volume(files)
  for remark in files.flatMap(\.remarks) where !volume.remarks.contains(remark) {
    volume.remarks.append(remark)
  }
  return volume
}

/// Assembles files that go with each other.
private func volume(_ files: [DICOMFile]) throws -> VolumeFile {
  let isScan = files[0].kind == .scan
  if files.count == 1, files[0].frames.count == 1, isScan {
    return VolumeFile(layers: [try single(files[0])])
  }
  let frames = try placed(files)
  return isScan ? VolumeFile(layers: [try stack(frames)]) : try segmentation(frames)
}

// What the files of a series must have in common

/// Checks that all files are of one series and of one grid. Those that differ from most others are
/// named, because they are those that do not belong there.
///
/// - Throws: `DipperError` of code `gridMismatch`.
private func checkSeries(_ files: [DICOMFile]) throws {
  guard files.count > 1 else { return }
  let usual = files.first { file in
    files.count { difference(of: $0, from: file) == nil } * 2 > files.count
  }
  let reference = usual ?? files[0]
  let others = files.filter { difference(of: $0, from: reference) != nil }
  guard let other = others.first, let reason = difference(of: other, from: reference) else {
    return
  }
  let more = others.count > 1 ? " (and \(others.count - 1) more files do not)" : ""
  throw DipperError(
    .gridMismatch, "\(other.name) does not go with \(reference.name): it \(reason)\(more)")
}

/// Returns the reason why a file cannot be in the volume of another one, as the end of a sentence;
/// nil if it can.
private func difference(of other: DICOMFile, from first: DICOMFile) -> String? {
  if other.kind != .scan, other.kind == first.kind {
    return "is another segmentation; keep one segmentation in a folder"
  }
  if other.series != first.series { return "is of another series; keep one series in a folder" }
  if (other.columns, other.rows) != (first.columns, first.rows) {
    return "has slices of another size"
  }
  if (other.type, other.kind) != (first.type, first.kind) { return "has voxels of another type" }
  return isTurned(other.frames[0], against: first.frames[0])
    ? "has slices of another orientation, as a localiser has" : nil
}

private func isTurned(_ other: DICOMFile.Frame, against first: DICOMFile.Frame) -> Bool {
  guard let one = other.orientation, let two = first.orientation else {
    return (other.orientation == nil) != (first.orientation == nil)
  }
  return zip(one, two).contains { abs(($0 * $1).sum() - 1) > 1e-3 }
}

/// Checks that all frames have the orientation, the spacing, the stack and the time point of the
/// first one.
///
/// - Throws: `DipperError` of code `imageUnsupported` or `gridMismatch`.
private func checkFrames(_ files: [DICOMFile]) throws {
  let first = files[0].frames[0]
  for file in files {
    for frame in file.frames {
      guard let reason = difference(of: frame, from: first) else { continue }
      throw DipperError(.gridMismatch, "\(file.name) holds slices of \(reason)")
    }
  }
}

private func difference(of frame: DICOMFile.Frame, from first: DICOMFile.Frame) -> String? {
  if frame.series.x != first.series.x { return "several stacks; keep one stack in a file" }
  if frame.series.y != first.series.y { return "several time points; keep one of them in a file" }
  if isTurned(frame, against: first) { return "different orientations" }
  guard let one = frame.spacing, let two = first.spacing else {
    return (frame.spacing == nil) != (first.spacing == nil) ? "known and unknown spacings" : nil
  }
  return abs(one.x / two.x - 1) > 1e-3 || abs(one.y / two.y - 1) > 1e-3
    ? "different spacings" : nil
}

// Scans

/// Returns the volume of one slice; if the file does not place it in the patient, its raw order is
/// display order.
private func single(_ file: DICOMFile) throws -> Volume {
  let frame = file.frames[0]
  let thickness = frame.thickness ?? 1
  let spacing = frame.spacing.map { SIMD3($0.x, $0.y, thickness) }
  var geometry = Geometry(spacing: spacing)
  if let orientation = frame.orientation, let normal = frame.normal {
    geometry.directions = [orientation[0], orientation[1], normal].map(towardsRightAndFront)
    geometry.origin = frame.position.map(towardsRightAndFront)
  }
  return Volume(
    grid: VolumeGrid(size: SIMD3(file.columns, file.rows, 1), geometry: geometry),
    type: file.type, samples: frame.samples, slope: frame.slope, intercept: frame.intercept)
}

/// Orders the frames of the files by their height along the normal of their slices.
private func placed(_ files: [DICOMFile]) throws -> [PlacedFrame] {
  try files.flatMap { file in
    try file.frames.map { frame in
      guard let normal = frame.normal else {
        throw DipperError(.imageUnsupported, "\(file.name) does not say how its slices are turned")
      }
      guard let position = frame.position else {
        throw DipperError(.imageUnsupported, "\(file.name) does not say where its slices lie")
      }
      return PlacedFrame(
        file: file, frame: frame, position: position, height: (position * normal).sum())
    }
  }.sorted { $0.height < $1.height }
}

/// The part of the usual distance by which the distance of two slices may differ from it.
private let distanceTolerance = 0.05

/// Checks that slices lie at equal distances.
///
/// - Throws: `DipperError` of code `gridMismatch` that names a file.
private func checkDistances(of frames: [PlacedFrame]) throws {
  let gaps = zip(frames.dropFirst(), frames).map { $0.height - $1.height }
  try checkRepetitions(of: frames, gaps: gaps)
  let usual = gaps.sorted()[gaps.count / 2]
  let odd = gaps.firstIndex { $0 <= 0 || abs($0 - usual) > distanceTolerance * usual }
  guard let odd else { return }
  let heights = String(format: "%.2f mm and %.2f mm", frames[odd].height, frames[odd + 1].height)
  throw DipperError(
    .gridMismatch,
    "the slices around \(frames[odd].file.name) are not at equal distances (\(heights)): one is "
      + "missing or there twice")
}

/// Refuses a series in which every slice is there several times.
private func checkRepetitions(of frames: [PlacedFrame], gaps: [Double]) throws {
  let positions = 1 + gaps.count { $0 > 0.01 }
  let isRepeated = frames.count > positions && frames.count % positions == 0
  let times = frames.count / positions
  guard isRepeated, (0..<frames.count).allSatisfy({ $0 % times == 0 || gaps[$0 - 1] <= 0.01 })
  else { return }
  throw DipperError(
    .gridMismatch,
    "\(frames[0].file.name) and the files with it hold \(times) slices at each position, such as "
      + "time points, echoes or b-values; keep one of them in a folder")
}

/// Checks that the first voxels of slices lie on a line, so that one step leads from each to the
/// next.
///
/// - Parameter steps: the number of steps from the first slice to each.
/// - Throws: `DipperError` of code `gridMismatch` that names a file.
func checkLine(of frames: [PlacedFrame], steps: [Double], step: SIMD3<Double>) throws {
  let across = frames[0].frame.spacing.map { $0.min() } ?? 1
  for (one, count) in zip(frames, steps) {
    let away = one.position - frames[0].position - step * count
    let normal = one.frame.normal ?? .zero
    let sideways = away - normal * (away * normal).sum()
    guard sideways.norm > across / 2 else { continue }
    throw DipperError(
      .gridMismatch,
      "\(one.file.name) holds a slice that is shifted sideways by "
        + "\(String(format: "%.1f", sideways.norm)) mm against the others")
  }
}

private func stack(_ frames: [PlacedFrame]) throws -> Volume {
  let first = frames[0]
  if frames.count > 1 { try checkDistances(of: frames) }
  let step =
    frames.count == 1
    ? first.frame.normal! * (first.frame.thickness ?? 1)
    : (frames.last!.position - first.position) / Double(frames.count - 1)
  try checkLine(of: frames, steps: frames.indices.map(Double.init), step: step)
  let isAlike = frames.allSatisfy {
    ($0.frame.slope, $0.frame.intercept) == (first.frame.slope, first.frame.intercept)
  }
  let grid = try grid(first, count: frames.count, step: step)
  return isAlike
    ? Volume(
      grid: grid, type: first.file.type, samples: joined(frames, values: \.frame.samples),
      slope: first.frame.slope, intercept: first.frame.intercept)
    : Volume(grid: grid, type: .float32, samples: joined(frames, values: scaled))
}

private func joined(_ frames: [PlacedFrame], values: (PlacedFrame) -> Data) -> Data {
  var samples = Data()
  for one in frames {
    let slice = values(one)
    if samples.isEmpty { samples.reserveCapacity(slice.count * frames.count) }
    samples += slice
  }
  return samples
}

/// Returns the values of a slice as float32, for series such as PET whose slices are scaled
/// differently.
private func scaled(_ one: PlacedFrame) -> Data {
  let raw = Volume(
    grid: VolumeGrid(size: SIMD3(one.file.columns, one.file.rows, 1), geometry: .unknown),
    type: one.file.type, samples: one.frame.samples, slope: one.frame.slope,
    intercept: one.frame.intercept)
  return raw.slice(0).pixels.withUnsafeBytes { Data($0) }
}

// Grids

/// DICOM's axes run to the left and the back, those of a grid to the right and the front.
private func towardsRightAndFront(_ vector: SIMD3<Double>) -> SIMD3<Double> {
  vector * SIMD3(-1, -1, 1)
}

/// Creates the grid of `count` slices from a frame on, displayed in the plane of the slices.
///
/// - Parameter step: the vector from slice to slice, in mm of DICOM's axes.
/// - Throws: `DipperError` of code `imageMalformed` if the axes make no sense.
func grid(_ first: PlacedFrame, count: Int, step: SIMD3<Double>) throws -> VolumeGrid {
  let across = first.frame.spacing ?? SIMD2(1, 1)
  let orientation = first.frame.orientation!
  let steps = [orientation[0] * across.x, orientation[1] * across.y, step]
    .map(towardsRightAndFront)
  let origin = towardsRightAndFront(first.position)
  guard Geometry.isPlausible(steps: steps, origin: origin) else {
    throw DipperError(
      .imageMalformed, "\(first.file.name) has a damaged header: its axes make no sense")
  }
  var geometry = Geometry(steps: steps, origin: origin)
  if first.frame.spacing == nil { geometry.spacing = nil }
  return VolumeGrid(
    size: SIMD3(first.file.columns, first.file.rows, count), geometry: geometry,
    plane: plane(facing: first.frame.normal!))
}

/// Returns the plane to which a normal is closest to perpendicular.
private func plane(facing normal: SIMD3<Double>) -> PlaneChoice {
  let lengths = [abs(normal.z), abs(normal.y), abs(normal.x)]
  let planes: [PlaneChoice] = [.axial, .coronal, .sagittal]
  return planes[lengths.firstIndex(of: lengths.max()!)!]
}
