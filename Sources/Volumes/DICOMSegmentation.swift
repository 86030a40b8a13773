import Errors
import Foundation
import Imaging

/// The most bytes of one layer of a segmentation, whose empty slices its file does not hold.
private let largestLayer = 1 << 28

/// Assembles the frames of a segmentation into layers on one lattice; slices without a frame are
/// empty.
///
/// A voxel holds the number of its segment. Segments that share voxels come into different layers.
///
/// - Parameter frames: the frames, ordered by height, at least one.
/// - Throws: `DipperError` of code `gridMismatch` or `imageUnsupported` that names a file.
func segmentation(_ frames: [PlacedFrame]) throws -> VolumeFile {
  let file = frames[0].file
  guard [.uint8, .uint16].contains(file.type) else {
    throw DipperError(.imageUnsupported, "\(file.name) holds segments of numbers with a sign")
  }
  let lattice = try Lattice(of: frames)
  var layers = SegmentLayers(
    sliceLength: file.columns * file.rows, sliceCount: lattice.count,
    largest: file.kind == .labelMap ? Int(UInt16.max) : frames.map(\.frame.segment).max()!)
  guard lattice.count <= largestLayer / layers.sliceBytes else {
    throw DipperError(.imageUnsupported, "\(file.name) is too large")
  }
  let grid = try grid(frames[0], count: lattice.count, step: lattice.step)
  let segments = try layers.add(frames, at: lattice.slices)
  var volume = VolumeFile(
    layers: layers.samples.map { Volume(grid: grid, type: layers.type, samples: $0) },
    segments: segments)
  if case .segments(let largest) = file.kind, largest > 0 {
    volume.remarks.append("its fractions were cut at half of the largest one")
  }
  return volume
}

/// The equally distant slices in which the frames of a segmentation lie.
private struct Lattice {
  /// The vector from slice to slice, in mm of DICOM's axes.
  var step: SIMD3<Double>
  /// The index of the slice in which each frame lies.
  var slices: [Int]
  /// The number of slices.
  var count: Int { slices.last! + 1 }

  /// Finds the slices: at the distance that the file gives, or else at that of the slices'
  /// thickness, or else at the smallest distance that occurs.
  ///
  /// The last one is a guess where slices are missing, so it comes last.
  init(of frames: [PlacedFrame]) throws {
    let frame = frames[0].frame
    let heights = frames.map(\.height)
    let gaps = zip(heights.dropFirst(), heights).map { $0 - $1 }.filter { $0 > 0.01 }
    let candidates = [frame.distance, frame.thickness, gaps.min(), gaps.isEmpty ? 1 : nil]
    let fitting = candidates.compactMap { $0 }.first { indices(of: heights, gap: $0) != nil }
    guard let gap = fitting, let slices = indices(of: heights, gap: gap) else {
      throw DipperError(
        .imageUnsupported,
        "the segments of \(frames[0].file.name) do not lie in slices at equal distances")
    }
    self.slices = slices
    let last = slices.last!
    step =
      last == 0
      ? frame.normal! * gap : (frames.last!.position - frames[0].position) / Double(last)
    try checkLine(of: frames, steps: slices.map(Double.init), step: step)
  }
}

/// Returns the indices of the slices at equal distances in which heights lie; nil if they do not.
private func indices(of heights: [Double], gap: Double) -> [Int]? {
  let positions = heights.map { ($0 - heights[0]) / gap }
  guard positions.allSatisfy({ abs($0 - $0.rounded()) < 0.1 }), positions.last! < 10_000 else {
    return nil
  }
  return positions.map { Int($0.rounded()) }
}

/// Layers of numbers of segments, into which segments are put so that none of them overlap.
private struct SegmentLayers {
  let sliceLength: Int
  let sliceCount: Int
  /// The type of the voxels: uint8 if that can hold the largest number, else uint16.
  let type: VoxelType
  /// The voxels of each layer.
  private(set) var samples: [Data] = []

  init(sliceLength: Int, sliceCount: Int, largest: Int) {
    self.sliceLength = sliceLength
    self.sliceCount = sliceCount
    type = largest <= Int(UInt8.max) ? .uint8 : .uint16
  }

  var sliceBytes: Int { sliceLength * type.byteCount }

  /// Puts each segment into the first layer that is free where the segment lies.
  ///
  /// - Throws: `DipperError` of code `imageUnsupported` if too many segments overlap.
  mutating func add(_ frames: [PlacedFrame], at slices: [Int]) throws -> [VolumeFile.NamedSegment] {
    let file = frames[0].file
    if file.kind == .labelMap { return try add(labelMap: frames, at: slices) }
    let placed = Dictionary(grouping: zip(frames, slices), by: \.0.frame.segment)
    return try placed.sorted { $0.key < $1.key }.map { number, frames in
      let own = frames.map { (inside: voxelsInside($0.0), slice: $0.1) }
      // Segments are counted from 1; a frame without a number is of the only one.
      let value = min(max(1, number), Int(UInt16.max))
      let layer = try samples.indices.first { isFree($0, for: own) } ?? newLayer(file)
      for one in own { fill(layer, voxels: one.inside, of: one.slice, value: value) }
      return VolumeFile.NamedSegment(
        number: value, name: file.segmentNames[number] ?? "", layer: layer, value: value)
    }
  }

  /// Copies frames whose voxels are numbers of segments into one layer.
  private mutating func add(
    labelMap frames: [PlacedFrame], at slices: [Int]
  ) throws -> [VolumeFile.NamedSegment] {
    let file = frames[0].file
    guard Set(slices).count == slices.count else {
      throw DipperError(.imageUnsupported, "\(file.name) holds several frames of one slice")
    }
    let layer = try newLayer(file)
    for (one, slice) in zip(frames, slices) {
      for (label, voxels) in voxelsByLabel(one) {
        fill(layer, voxels: voxels, of: slice, value: label)
      }
    }
    return file.segmentNames.sorted { $0.key < $1.key }.map {
      VolumeFile.NamedSegment(number: $0.key, name: $0.value, layer: layer, value: $0.key)
    }
  }

  /// The most layers of a segmentation.
  private static let largestCount = 256

  private mutating func newLayer(_ file: DICOMFile) throws -> Int {
    let bytes = sliceBytes * sliceCount
    guard samples.count < Self.largestCount, bytes <= maximumVoxelCount / (samples.count + 1) else {
      throw DipperError(.imageUnsupported, "\(file.name) holds too many segments that overlap")
    }
    samples.append(Data(count: bytes))
    return samples.count - 1
  }

  private func isFree(_ layer: Int, for frames: [(inside: [Int], slice: Int)]) -> Bool {
    samples[layer].withUnsafeBytes { raw in
      frames.allSatisfy { one in
        one.inside.allSatisfy { label(raw, at: one.slice * sliceLength + $0, type: type) == 0 }
      }
    }
  }

  private mutating func fill(_ layer: Int, voxels: [Int], of slice: Int, value: Int) {
    let isByte = type == .uint8
    let start = slice * sliceLength
    samples[layer].withUnsafeMutableBytes { raw in
      for index in voxels {
        if isByte {
          raw[start + index] = UInt8(value)
        } else {
          raw.storeBytes(of: UInt16(value), toByteOffset: 2 * (start + index), as: UInt16.self)
        }
      }
    }
  }
}

/// Returns a voxel of type uint8 or uint16.
private func label(_ raw: UnsafeRawBufferPointer, at index: Int, type: VoxelType) -> Int {
  type == .uint8
    ? Int(raw[index]) : Int(raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
}

/// Returns the indices of the voxels of a frame that are in its segment: those that are not 0, or
/// that exceed half of the largest fraction.
private func voxelsInside(_ one: PlacedFrame) -> [Int] {
  guard case .segments(let largest) = one.file.kind else { return [] }
  return one.frame.samples.withUnsafeBytes { raw in
    (0..<one.file.columns * one.file.rows).filter {
      Double(label(raw, at: $0, type: one.file.type)) > largest / 2
    }
  }
}

/// Returns the indices of the voxels of a frame by their labels, without those of 0.
private func voxelsByLabel(_ one: PlacedFrame) -> [Int: [Int]] {
  one.frame.samples.withUnsafeBytes { raw in
    var voxels: [Int: [Int]] = [:]
    for index in 0..<one.file.columns * one.file.rows {
      let label = label(raw, at: index, type: one.file.type)
      if label != 0 { voxels[label, default: []].append(index) }
    }
    return voxels
  }
}
