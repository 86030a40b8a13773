import Errors
import Imaging
import Volumes

/// A mask with the meaning of its values, on the grid of its image.
struct LabelVolume: Sendable {
  /// The voxels of a mask that belong to an object.
  struct MarkedVoxels: Hashable, Sendable {
    /// The voxels of one layer that belong to the object.
    enum Part: Hashable, Sendable {
      case values(Set<Float>)
      case above(Float)
    }

    /// The parts by the index of their layer; a voxel of any part belongs to the object.
    var parts: [Int: Part]
    /// The number of the mask's voxels in all parts.
    var count: Int
    /// Remarks for the user about the choice of these voxels.
    var notes: [String] = []
  }

  /// The grid of the image, whose slices are displayed.
  let grid: VolumeGrid
  private let source: VolumeContents
  private let image: VolumeContents
  private let alignment: Alignment
  private let values: [MaskValues]
  /// The parts that are chosen by number or name; empty if the values of the layer are labels.
  private let segments: [VolumeFile.NamedSegment]

  /// Matches a mask with its image and determines the meaning of its values from all of its voxels.
  ///
  /// - Parameters:
  ///   - grid: the image's grid, displayed in the plane of the slices.
  ///   - byOrder: whether to pair the voxels in the order of their files in any case.
  /// - Throws: `DipperError` of code `importObjectMissing` if the mask does not belong to the image,
  ///   or is an image itself.
  init(
    _ source: VolumeContents, on image: VolumeContents, displayedAs grid: VolumeGrid, byOrder: Bool
  ) throws {
    self.source = source
    self.image = image
    alignment = try Alignment(of: source, to: image, byOrder: byOrder)
    self.grid = grid
    values = try source.layers.map { try MaskValues(of: $0, isLossy: source.isLossy) }
    segments =
      try source.segments.isEmpty && values.count > 1
      ? classes(values, count: source.grid.voxelCount) : source.segments
  }

  /// Remarks for the user about how mask and image were matched.
  var alignmentNotes: [String] { alignment.notes }

  /// Returns the mask of the selected voxels in a displayed slice.
  func mask(ofSlice index: Int, of selection: MarkedVoxels) -> Mask {
    var mask = Mask(
      width: grid.width, height: grid.height, spacing: grid.spacing,
      pixels: [Bool](repeating: false, count: grid.width * grid.height))
    for (layer, part) in selection.parts {
      var last = Float.nan
      var isInside = false
      for (pixel, value) in alignment.slice(index, of: source.layers[layer], on: grid).enumerated()
      {
        if value != last {
          last = value
          isInside = part.contains(value)
        }
        if isInside { mask.pixels[pixel] = true }
      }
    }
    return mask
  }

  /// The numbers of the labels other than the background, or of the segments, in ascending order.
  var numbers: [Int] {
    if !segments.isEmpty { return segments.map(\.number).filter { $0 != 0 }.sorted() }
    guard values[0].meaning == .labels else { return [] }
    return foreground.compactMap { Int(exactly: $0) }
  }

  /// Selects everything that is marked: all segments, or all values other than the background.
  ///
  /// - Throws: `DipperError` of code `importObjectMissing` if nothing tells the object from the
  ///   background.
  func everything() throws -> MarkedVoxels {
    if !segments.isEmpty { return try union() }
    if case .membership(let threshold) = values[0].meaning { return membership(threshold) }
    let found = values[0].sorted
    if let only = found.first, found.count == 1, only != 0 {
      throw DipperError(
        .importObjectMissing,
        "its mask has one value, \(only.shortest), in every voxel, so that the whole image would "
          + "be the object")
    }
    return MarkedVoxels(
      parts: [0: .values(Set(foreground))],
      count: foreground.reduce(0) { $0 + (values[0].counts[$1] ?? 0) }, notes: backgroundNotes)
  }

  /// Selects a label or a segment; nil if the mask has none of this number or name.
  ///
  /// - Throws: `DipperError` of code `importObjectMissing` if the mask's values are no labels.
  func selection(of choice: LabelChoice) throws -> MarkedVoxels? {
    if !segments.isEmpty {
      return segments.first { $0.matches(choice) }.map { selection(of: [$0]) }
    }
    guard case .number(let number) = choice else { return nil }
    let label = Float(number)
    if case .membership(let threshold) = values[0].meaning {
      if number == 1 { return membership(threshold) }
      throw DipperError(
        .importObjectMissing,
        "its mask holds grades of membership, in which no label \(number) can be told from others")
    }
    return values[0].counts[label].map { MarkedVoxels(parts: [0: .values([label])], count: $0) }
  }

  /// A list of the labels or segments that can be chosen, for messages.
  var contents: String {
    if !segments.isEmpty {
      return "its segments are " + listed(segments.map(\.text), atMost: 120)
    }
    return "its values are " + listed(values[0].sorted.map(\.shortest), atMost: 120)
  }

  /// Returns remarks about marked voxels that lie outside of the image.
  ///
  /// - Parameters:
  ///   - marked: the number of the image's voxels that are marked; nil if only a part of the
  ///     selected voxels is taken.
  ///   - selected: the number of the mask's voxels that are selected.
  /// - Throws: `DipperError` of code `importObjectMissing` if the headers place nothing of the mask
  ///   on the image, or less than half of it although both have one size.
  func coverageNotes(marked: Int?, selected: Int) throws -> [String] {
    guard alignment.isByPosition, let marked, selected > 0 else { return [] }
    let share = Double(marked) * alignment.voxelRatio / Double(selected)
    let hasOneSize = source.grid.size == image.grid.size
    guard marked > 0, share >= 0.5 || !hasOneSize else {
      throw DipperError(
        .importObjectMissing,
        "by their headers, \(marked == 0 ? "nothing" : "less than half") of its mask "
          + "\(source.name) lies on its image \(image.name); mend the headers"
          + (hasOneSize
            ? ", or pair both voxel by voxel with --pair-by-order if you know that they match" : "")
      )
    }
    let isOutside = alignment.voxelRatio == 1 ? marked < selected : share < 0.9
    return isOutside
      ? ["\(Int((100 * share).rounded(.down))) % of its marked voxels lie on the image"] : []
  }

  /// The values of labels other than the background, which is 0, or the smallest value if there are
  /// two of them or no 0.
  private var foreground: [Float] {
    let found = values[0].sorted
    let background = found.count > 2 && found.contains(0) ? 0 : found.first ?? 0
    return found.filter { $0 != background }
  }

  private var backgroundNotes: [String] {
    let found = values[0].sorted
    let background = found.first { !foreground.contains($0) } ?? 0
    if foreground.count > 1 {
      let labels = listed(foreground.map(\.shortest), atMost: 12)
      return [
        "its mask holds the \(foreground.count) labels \(labels) beside the background "
          + "\(background.shortest); all of them are the object (--label chooses one)"
      ]
    }
    guard background != 0, let inside = foreground.first else { return [] }
    return [
      "its mask holds the values \(background.shortest) and \(inside.shortest); the larger one is "
        + "the object"
    ]
  }

  private func membership(_ threshold: Float) -> MarkedVoxels {
    MarkedVoxels(
      parts: [0: .above(threshold)], count: values[0].countInside,
      notes: [
        "its mask holds grades of membership and not labels; voxels above \(shortest(Double(threshold))) "
          + "are the object"
      ])
  }

  private func union() throws -> MarkedVoxels {
    let objects = segments.filter { $0.number != 0 }
    var all = selection(of: objects)
    if objects.count < segments.count {
      all.notes.append("its first layer, the largest one, counts as the background")
    }
    guard objects.count > 1 else { return all }
    let names = listed(objects.map(\.text), atMost: 12)
    guard all.count != source.grid.voxelCount else {
      throw DipperError(
        .importObjectMissing,
        "the segments of its mask cover every voxel, so one of them is the background; choose one "
          + "with --label: \(names)")
    }
    all.notes.append(
      "its mask holds the \(objects.count) segments \(names); all of them are the object "
        + "(--label chooses one)")
    return all
  }

  private func selection(of segments: [VolumeFile.NamedSegment]) -> MarkedVoxels {
    var values: [Int: Set<Float>] = [:]
    for segment in segments { values[segment.layer, default: []].insert(Float(segment.value)) }
    return MarkedVoxels(
      parts: values.mapValues { .values($0) },
      count: values.reduce(0) { count, layer in
        count + layer.value.reduce(0) { $0 + (self.values[layer.key].counts[$1] ?? 0) }
      })
  }
}

extension LabelVolume.MarkedVoxels.Part {
  /// Tells whether a voxel of this value belongs to the part; one that is no number does not.
  fileprivate func contains(_ value: Float) -> Bool {
    switch self {
    case .values(let values): values.contains(value.snapped)
    case .above(let threshold): value > threshold
    }
  }
}

extension VolumeFile.NamedSegment {
  fileprivate func matches(_ choice: LabelChoice) -> Bool {
    switch choice {
    case .number(let number): self.number == number
    case .name(let name): self.name.lowercased() == name.lowercased()
    }
  }

  fileprivate var text: String { name.isEmpty ? "\(number)" : "\(number) (\(name))" }
}

/// Returns the parts of a mask with one layer for each class, numbered from 1.
///
/// If the layers share no voxel and cover all of them, the first one is the background and has the
/// number 0, provided that it is the largest.
///
/// - Parameters:
///   - values: the values of each layer.
///   - count: the number of voxels of a layer.
/// - Throws: `DipperError` of code `importObjectMissing` if a layer has more than two values.
private func classes(
  _ values: [MaskValues], count: Int
) throws -> [VolumeFile.NamedSegment] {
  let inside = values.compactMap { layer in
    layer.counts.count > 2 ? nil : Int(exactly: layer.sorted.last { $0 != 0 } ?? 1)
  }
  guard inside.count == values.count, values.allSatisfy({ $0.meaning == .labels }) else {
    throw DipperError(
      .importObjectMissing,
      "its mask holds \(values.count) numbers for each voxel, and not each of them is in or out of "
        + "a class; extract the object into a file of its own")
  }
  let counts = zip(values, inside).map { $0.counts[Float($1)] ?? 0 }
  let isPartition = counts.reduce(0, +) == count && counts.max() == counts[0]
  return values.indices.map { layer in
    VolumeFile.NamedSegment(
      number: isPartition ? layer : layer + 1, name: "", layer: layer, value: inside[layer])
  }
}

extension VolumeGrid {
  fileprivate var voxelCount: Int { size.x * size.y * size.z }
}
