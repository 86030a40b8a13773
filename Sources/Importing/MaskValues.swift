import Errors
import Imaging

/// The different values of a mask and their meaning.
struct MaskValues: Hashable, Sendable {
  /// The meaning of the values.
  enum Meaning: Hashable, Sendable {
    /// Every value is the label of a structure.
    case labels
    /// The values are grades of membership; voxels above the threshold are inside.
    case membership(threshold: Float)
  }

  /// The largest number of labels; a file with more whole numbers holds an image.
  private static let labelLimit = 4096
  /// The largest number of voxels from which the threshold of a membership is computed.
  private static let sampleCount = 1 << 20

  let meaning: Meaning
  /// The number of voxels of each value; empty if there are too many values to be labels.
  let counts: [Float: Int]
  /// The number of voxels above the threshold of a membership.
  let countInside: Int

  /// Determines the values of a mask from all of its voxels.
  ///
  /// Whole numbers are labels, whatever their size or sign, and so are any two values. Fractions
  /// are memberships, and so are the grey values of a blurred picture: those of a format with
  /// losses, and more than 16 that end with 255 or 65535, which most of the voxels inside have.
  ///
  /// - Parameter isLossy: whether the file is compressed with losses, which blurs labels.
  /// - Throws: `DipperError` of code `importObjectMissing` if there are more than 4096 whole
  ///   numbers.
  init(of volume: Volume, isLossy: Bool) throws {
    let histogram = Histogram(of: volume, limit: Self.labelLimit)
    if histogram.areWhole, histogram.counts.isEmpty {
      throw DipperError(
        .importObjectMissing,
        "its mask has more than \(Self.labelLimit) different values, as an image has")
    }
    if histogram.areWhole, histogram.holdsLargeLabels {
      throw DipperError(
        .importObjectMissing,
        "its mask holds labels of 16777216 or more, which are not told apart; renumber them, or save "
          + "the object as a mask of its own")
    }
    let isPair = (1...2).contains(histogram.counts.count)
    counts = histogram.counts
    guard !isPair, isLossy || !histogram.areWhole || histogram.isBlurred else {
      meaning = .labels
      countInside = 0
      return
    }
    let threshold = Self.threshold(volume, largest: histogram.largest)
    meaning = .membership(threshold: threshold)
    countInside = (0..<volume.grid.sliceCount).reduce(0) { count, index in
      count + volume.slice(index).pixels.count { $0 > threshold }
    }
  }

  /// The values in ascending order.
  var sorted: [Float] { counts.keys.sorted() }

  /// Returns the threshold, which is half of the median of the values inside. Half of the largest
  /// value would be too high, because resampled masks overshoot.
  private static func threshold(_ volume: Volume, largest: Float) -> Float {
    let inside = volume.sampled(atMost: sampleCount).filter { $0 > largest / 2 }.sorted()
    return max(0, (inside.isEmpty ? largest : inside[inside.count / 2]) / 2)
  }
}

extension Float {
  /// The nearest whole number if this one differs from it by no more than a scaling's rounding.
  var snapped: Float { abs(self - rounded()) <= 1e-3 ? rounded() : self }
}

/// The number of voxels of each value of a volume.
private struct Histogram {
  /// The numbers by value; empty if there are more values than the limit.
  private(set) var counts: [Float: Int] = [:]
  private(set) var areWhole = true
  private(set) var largest = -Float.infinity
  private let limit: Int
  private var isOverLimit = false

  init(of volume: Volume, limit: Int) {
    self.limit = limit
    for index in 0..<volume.grid.sliceCount { append(volume.slice(index).pixels) }
    if isOverLimit { counts = [:] }
  }

  /// Counts runs of equal values, of which masks have few.
  private mutating func append(_ pixels: [Float]) {
    var start = 0
    while start < pixels.count {
      let value = pixels[start]
      var end = start + 1
      while end < pixels.count, pixels[end] == value { end += 1 }
      add(value.snapped, count: end - start)
      start = end
    }
  }

  private mutating func add(_ value: Float, count: Int) {
    largest = max(largest, value)
    if value != value.rounded() { areWhole = false }
    guard !isOverLimit else { return }
    counts[value, default: 0] += count
    isOverLimit = counts.count > limit
  }

  /// Tells whether there are whole numbers of 2^24 or more, of which a 32-bit real number does not
  /// hold each.
  var holdsLargeLabels: Bool { counts.keys.contains { abs($0) >= 16_777_216 } }

  /// Tells whether the values are those of a picture of two grey values with blurred edges.
  var isBlurred: Bool {
    guard counts.count > 16, largest == 255 || largest == 65535, counts[0] != nil else {
      return false
    }
    let inside = counts.reduce(0) { $1.key > 0 ? $0 + $1.value : $0 }
    return 2 * (counts[largest] ?? 0) > inside
  }
}
