/// The grid of a volume: the positions of its voxels in the patient.
///
/// World coordinates are those of NIfTI: millimetres towards the patient's right, front and head.
/// The raw axes are those of the file; the display shows columns towards the patient's left, rows
/// towards the back and slices from the feet to the head.
public struct VolumeGrid: Hashable, Sendable {
  /// The number of voxels along each raw axis, > 0; the first axis varies fastest in memory.
  public let size: SIMD3<Int>
  /// The vector from a voxel to the next along each of the three raw axes, in mm of world
  /// coordinates.
  public let steps: [SIMD3<Double>]
  /// The centre of the first voxel, in mm of world coordinates.
  public let origin: SIMD3<Double>
  /// The raw axes that run along the display's columns, rows and slices, in this order.
  public let axes: [DisplayAxis]

  /// The raw axis that runs along one axis of the display.
  public struct DisplayAxis: Hashable, Sendable {
    /// The index of the raw axis, 0...2.
    public var raw: Int
    /// Tells whether the raw axis runs against the display: to the right, the front or the feet.
    public var isFlipped: Bool
  }

  /// Tells whether the axes of a header can be those of a scan: steps of 1 nm to 1 m in three
  /// independent directions, from an origin within 1 km.
  public static func isPlausible(steps: [SIMD3<Double>], origin: SIMD3<Double>) -> Bool {
    guard steps.count == 3, steps.allSatisfy({ (1e-6...1e3).contains($0.norm) }),
      origin.norm < 1e6
    else { return false }
    let units = steps.map { $0 / $0.norm }
    return abs((units[0] * units[1].cross(units[2])).sum()) > 1e-3
  }

  /// Creates a grid from its raw axes.
  ///
  /// - Precondition: there are three steps, none of them zero, and the sizes are > 0.
  public init(size: SIMD3<Int>, steps: [SIMD3<Double>], origin: SIMD3<Double>) {
    precondition(
      size.min() > 0 && steps.count == 3 && steps.allSatisfy { $0.norm > 0 },
      "a grid of \(size) voxels with steps \(steps)")
    self.size = size
    self.steps = steps
    self.origin = origin
    axes = displayAxes(steps)
  }

  /// Creates a grid from a spacing in mm, without a position in the patient; its raw order is
  /// display order.
  ///
  /// A spacing outside 1 nm to 1 m is implausible and counts as 1 mm.
  public init(size: SIMD3<Int>, spacing: SIMD3<Double>) {
    func step(_ length: Double) -> Double { (1e-6...1e3).contains(length) ? length : 1 }
    self.init(
      size: size,
      steps: [
        SIMD3(-step(spacing.x), 0, 0), SIMD3(0, -step(spacing.y), 0),
        SIMD3(0, 0, step(spacing.z)),
      ], origin: .zero)
  }

  /// The number of columns of a displayed slice.
  public var width: Int { size[axes[0].raw] }
  /// The number of rows of a displayed slice.
  public var height: Int { size[axes[1].raw] }
  /// The number of displayed slices, from the feet to the head.
  public var sliceCount: Int { size[axes[2].raw] }
  /// The spacing of a displayed slice.
  public var spacing: Spacing { Spacing(x: length(axes[0].raw), y: length(axes[1].raw)) }
  /// The distance from slice to slice, in mm.
  public var sliceSpacing: Double { length(axes[2].raw) }

  private func length(_ raw: Int) -> Double { steps[raw].norm }

  /// Returns the centre of the displayed voxel at column, row and slice `index`, in mm of world
  /// coordinates.
  public func position(ofDisplayed index: SIMD3<Int>) -> SIMD3<Double> {
    zip(axes, 0..<3).reduce(origin) { sum, pair in
      let axis = pair.0
      let displayed = index[pair.1]
      let raw = axis.isFlipped ? size[axis.raw] - 1 - displayed : displayed
      return sum + steps[axis.raw] * Double(raw)
    }
  }

  /// The same grid with its raw axes in display order.
  public var displayed: VolumeGrid {
    VolumeGrid(
      size: SIMD3(width, height, sliceCount),
      steps: axes.map { $0.isFlipped ? -steps[$0.raw] : steps[$0.raw] },
      origin: position(ofDisplayed: .zero))
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

extension SIMD3<Double> {
  /// Returns the cross product with another vector.
  package func cross(_ other: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// The Euclidean length of the vector.
  package var norm: Double { (self * self).sum().squareRoot() }
}

/// Assigns the raw axes to the columns (towards the left), rows (towards the back) and slices
/// (towards the head) of the display so that their directions agree best.
private func displayAxes(_ steps: [SIMD3<Double>]) -> [VolumeGrid.DisplayAxis] {
  let towards = [-1.0, -1, 1]
  let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
  func agreement(_ order: [Int]) -> Double {
    (0..<3).reduce(0) { $0 + abs(steps[order[$1]][$1]) / steps[order[$1]].norm }
  }
  let best = orders.dropFirst().reduce(orders[0]) { agreement($1) > agreement($0) ? $1 : $0 }
  return (0..<3).map {
    VolumeGrid.DisplayAxis(raw: best[$0], isFlipped: steps[best[$0]][$0] * towards[$0] < 0)
  }
}
