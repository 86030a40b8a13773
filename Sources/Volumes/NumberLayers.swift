import Foundation
import Imaging

/// The layers of a file that holds several numbers for each voxel, or one layer of others.
struct NumberLayers {
  /// The type of the voxels, which differs from that of the file where colours were made grey.
  private(set) var type: VoxelType
  /// The voxels of each layer.
  private(set) var parts: [Data]
  /// Sentences about what was done, without the file's name.
  private(set) var remarks: [String] = []
  /// Tells whether colours or a transparency are no longer in the layers.
  private(set) var hasLostColours = false

  /// Splits the numbers of a file.
  ///
  /// - Parameters:
  ///   - numbers: the decoded numbers.
  ///   - raw: their type and the sizes of their axes.
  ///   - axis: the index of the axis that numbers the layers; nil if there is one layer.
  ///   - areColours: whether the layers are red, green, blue and perhaps transparency.
  init(_ numbers: Data, of raw: RawVoxels, along axis: Int?, areColours: Bool) {
    type = raw.type
    parts = [numbers]
    guard let axis else { return }
    parts = split(numbers, size: raw.type.byteCount, sizes: raw.sizes, along: axis)
    if areColours { makeGrey() }
  }

  /// Removes the last layer, which is the transparency of the others; a layer alone stays.
  mutating func dropTransparency() {
    guard parts.count > 1 else { return }
    hasLostColours = hasLostColours || Set(parts.removeLast()).count > 1
    remarks.append("its transparency was ignored")
  }

  /// Replaces the layers of colours by their luminance (Rec. 709); whole numbers of one byte stay
  /// so.
  private mutating func makeGrey() {
    guard parts.count >= 3 else { return }
    if parts.count > 3 { dropTransparency() }
    if parts[0] == parts[1], parts[1] == parts[2] {
      parts = [parts[0]]
      return
    }
    let count = parts[0].count / type.byteCount
    let grid = VolumeGrid(size: SIMD3(count, 1, 1), geometry: .unknown)
    let channels = parts.prefix(3).map { samples in
      Volume(grid: grid, type: type, samples: samples).sampled(atMost: count)
    }
    let values = (0..<count).map { index in
      0.2126 * channels[0][index] + 0.7152 * channels[1][index] + 0.0722 * channels[2][index]
    }
    hasLostColours = true
    remarks.append("its colours were made grey")
    if type == .uint8 {
      parts = [Data(values.map { UInt8($0.rounded()) })]
    } else {
      type = .float32
      parts = [values.withUnsafeBufferPointer { Data(buffer: $0) }]
    }
  }
}

/// Splits numbers by their position along one axis.
///
/// - Parameters:
///   - numbers: the numbers, of `size` bytes each; the first axis varies fastest.
///   - size: the number of bytes of a number.
///   - sizes: the numbers of numbers along the axes.
///   - axis: the index of the axis that is split.
/// - Returns: the numbers of each position.
private func split(_ numbers: Data, size: Int, sizes: [Int], along axis: Int) -> [Data] {
  let inner = sizes[..<axis].reduce(size, *)
  let outer = sizes[(axis + 1)...].reduce(1, *)
  return (0..<sizes[axis]).map { part in
    // The parts of a slowest axis follow each other, so they share the numbers' memory.
    outer == 1
      ? numbers.dropFirst(part * inner).prefix(inner)
      : gathered(numbers, from: part * inner, step: sizes[axis] * inner, length: inner)
  }
}

/// Joins pieces of `length` bytes at equal distances.
private func gathered(_ numbers: Data, from start: Int, step: Int, length: Int) -> Data {
  var out = Data(count: numbers.count / step * length)
  out.withUnsafeMutableBytes { to in
    numbers.withUnsafeBytes { (from: UnsafeRawBufferPointer) in
      for index in 0..<to.count / length {
        for byte in 0..<length { to[index * length + byte] = from[start + index * step + byte] }
      }
    }
  }
  return out
}
