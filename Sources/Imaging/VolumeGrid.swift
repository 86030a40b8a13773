/// The grid of a volume: its voxels, what is known of their positions in the patient, and the slices
/// in which they are displayed.
///
/// World coordinates are those of NIfTI: millimetres towards the patient's right, front and head.
/// The raw axes are those of the file. If the file does not say how they are turned, raw order is
/// display order.
public struct VolumeGrid: Hashable, Sendable {
  /// The number of voxels along each raw axis, > 0; the first axis varies fastest in memory.
  public let size: SIMD3<Int>
  /// The size and position of the voxels in the patient, as far as they are known.
  public let geometry: Geometry
  /// The plane of the displayed slices; nil if the file does not say how its axes are turned.
  public let plane: Plane?
  /// The raw axes that run along the display's columns, rows and slices, in this order.
  public let axes: [DisplayAxis]

  /// The raw axis that runs along one axis of the display.
  public struct DisplayAxis: Hashable, Sendable {
    /// The index of the raw axis, 0...2.
    public var raw: Int
    /// Tells whether the raw axis runs against the display.
    public var isFlipped: Bool
  }

  private init(size: SIMD3<Int>, geometry: Geometry, plane: Plane?, axes: [DisplayAxis]) {
    precondition(size.min() > 0, "a grid of \(size) voxels")
    self.size = size
    self.geometry = geometry
    self.plane = plane
    self.axes = axes
  }

  /// Creates a grid.
  ///
  /// - Parameters:
  ///   - size: the number of voxels along each raw axis, > 0.
  ///   - geometry: the geometry, whose known parts are plausible.
  ///   - plane: the plane of the slices; it has no effect if the directions are unknown.
  public init(size: SIMD3<Int>, geometry: Geometry, plane: PlaneChoice = .acquired) {
    guard let directions = geometry.directions else {
      self.init(size: size, geometry: geometry, plane: nil, axes: rawOrder(size))
      return
    }
    let raw = rawAxes(along: directions)
    let spacing = geometry.spacing ?? SIMD3(1, 1, 1)
    let shown =
      plane.plane
      ?? acquiredPlane(size: raw.map { size[$0] }, spacing: raw.map { spacing[$0] })
    self.init(
      size: size, geometry: geometry, plane: shown,
      axes: shown.directions.map { axis in
        let index = raw[axis.world]
        return DisplayAxis(
          raw: index, isFlipped: directions[index][axis.world] * axis.sign < 0)
      })
  }

  /// Creates a grid that is placed in the patient.
  ///
  /// - Precondition: there are three steps, none of them zero, and the sizes are > 0.
  public init(
    size: SIMD3<Int>, steps: [SIMD3<Double>], origin: SIMD3<Double>,
    plane: PlaneChoice = .acquired
  ) {
    precondition(steps.count == 3 && steps.allSatisfy { $0.norm > 0 }, "steps \(steps)")
    self.init(size: size, geometry: Geometry(steps: steps, origin: origin), plane: plane)
  }

  /// Creates a grid from a spacing in mm, without a position in the patient. A spacing that is not
  /// plausible is unknown.
  public init(size: SIMD3<Int>, spacing: SIMD3<Double>) {
    self.init(size: size, geometry: Geometry(spacing: Geometry.plausible(spacing: spacing)))
  }

  /// Creates the grid of one image in display order, of which no more than the spacing is known; it
  /// is 1 mm thick.
  init(size: SIMD3<Int>, sliceSpacing spacing: Spacing) {
    let isKnown = spacing.unit == .millimetre
    self.init(
      size: size, geometry: Geometry(spacing: isKnown ? SIMD3(spacing.x, spacing.y, 1) : nil),
      plane: nil, axes: (0..<3).map { DisplayAxis(raw: $0, isFlipped: false) })
  }

  /// Returns the same voxels, displayed in slices of another plane.
  ///
  /// A grid whose directions are unknown stays as it is.
  public func cut(_ plane: Plane) -> VolumeGrid {
    VolumeGrid(size: size, geometry: geometry, plane: PlaneChoice(rawValue: plane.rawValue)!)
  }

  /// The unit of the grid's lengths: pixels if the spacing is unknown.
  public var unit: LengthUnit { geometry.spacing == nil ? .pixel : .millimetre }

  /// The vector from a voxel to the next along each of the three raw axes, in the grid's unit. If
  /// the directions are unknown, they are those of an axial scan in display order.
  public var steps: [SIMD3<Double>] {
    let directions =
      geometry.directions ?? [SIMD3(-1.0, 0, 0), SIMD3(0, -1.0, 0), SIMD3(0, 0, 1.0)]
    return (0..<3).map { directions[$0] * length($0) }
  }

  /// The centre of the first voxel in world coordinates; zero if it is unknown.
  public var origin: SIMD3<Double> { geometry.origin ?? .zero }

  /// The number of columns of a displayed slice.
  public var width: Int { size[axes[0].raw] }
  /// The number of rows of a displayed slice.
  public var height: Int { size[axes[1].raw] }
  /// The number of displayed slices.
  public var sliceCount: Int { size[axes[2].raw] }
  /// The spacing of a displayed slice.
  public var spacing: Spacing {
    Spacing(x: length(axes[0].raw), y: length(axes[1].raw), unit: unit)
  }
  /// The distance from slice to slice, in the grid's unit.
  public var sliceSpacing: Double { length(axes[2].raw) }

  private func length(_ raw: Int) -> Double { geometry.spacing?[raw] ?? 1 }

  /// Returns the centre of the displayed voxel at column, row and slice `index`, in world
  /// coordinates.
  public func position(ofDisplayed index: SIMD3<Int>) -> SIMD3<Double> {
    let steps = steps
    return zip(axes, 0..<3).reduce(origin) { sum, pair in
      let axis = pair.0
      let displayed = index[pair.1]
      let raw = axis.isFlipped ? size[axis.raw] - 1 - displayed : displayed
      return sum + steps[axis.raw] * Double(raw)
    }
  }

  /// The same grid with its raw axes in display order.
  public var displayed: VolumeGrid { part(from: .zero, size: SIMD3(width, height, sliceCount)) }

  /// Returns the grid of one displayed slice, with its raw axes in display order.
  ///
  /// - Precondition: `0..<sliceCount` contains `index`.
  public func slice(_ index: Int) -> VolumeGrid {
    precondition((0..<sliceCount).contains(index), "no slice \(index)")
    return part(from: SIMD3(0, 0, index), size: SIMD3(width, height, 1))
  }

  /// Returns a box of displayed voxels, with its raw axes in display order.
  private func part(from start: SIMD3<Int>, size: SIMD3<Int>) -> VolumeGrid {
    let turned = Geometry(
      spacing: geometry.spacing.map { spacing in
        SIMD3(spacing[axes[0].raw], spacing[axes[1].raw], spacing[axes[2].raw])
      },
      directions: geometry.directions.map { directions in
        axes.map { $0.isFlipped ? -directions[$0.raw] : directions[$0.raw] }
      },
      // The position of another corner follows only from all three parts.
      origin: geometry.isPlaced || start == .zero && !axes.contains(where: \.isFlipped)
        ? geometry.origin.map { _ in position(ofDisplayed: start) } : nil)
    return VolumeGrid(
      size: size, geometry: turned, plane: plane,
      axes: (0..<3).map { DisplayAxis(raw: $0, isFlipped: false) })
  }

  /// The memory order of the displayed voxels.
  var displayOrder: DisplayOrder {
    let strides = [1, size.x, size.x * size.y]
    let start = axes.reduce(0) { sum, axis in
      sum + (axis.isFlipped ? (size[axis.raw] - 1) * strides[axis.raw] : 0)
    }
    return DisplayOrder(
      start: start, strides: axes.map { $0.isFlipped ? -strides[$0.raw] : strides[$0.raw] })
  }

  /// The memory order of displayed voxels, counted in voxels.
  struct DisplayOrder {
    /// The index of the voxel at displayed column, row and slice 0.
    var start: Int
    /// The distances in memory from a column, row and slice to the next.
    var strides: [Int]

    /// Returns the index in memory of a displayed voxel.
    func index(x: Int, y: Int, slice: Int) -> Int {
      start + x * strides[0] + y * strides[1] + slice * strides[2]
    }
  }
}

/// Returns the raw axes of a grid without directions in display order. The slices are those of the
/// last axis, or of the only axis with a single voxel.
private func rawOrder(_ size: SIMD3<Int>) -> [VolumeGrid.DisplayAxis] {
  let single = (0..<3).filter { size[$0] == 1 }
  let slices = single.count == 1 ? single[0] : 2
  return ((0..<3).filter { $0 != slices } + [slices]).map {
    VolumeGrid.DisplayAxis(raw: $0, isFlipped: false)
  }
}

/// Assigns a raw axis to each axis of world coordinates so that their directions agree best.
///
/// - Parameter directions: the unit vectors along the raw axes.
/// - Returns: the indices of the raw axes that run to the right or left, to the front or back, and
///   to the head or feet.
private func rawAxes(along directions: [SIMD3<Double>]) -> [Int] {
  let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
  func agreement(_ order: [Int]) -> Double {
    (0..<3).reduce(0) { $0 + abs(directions[order[$1]][$1]) }
  }
  return orders.dropFirst().reduce(orders[0]) { agreement($1) > agreement($0) ? $1 : $0 }
}
