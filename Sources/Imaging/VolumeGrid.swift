/// Where the voxels of a volume lie in the patient.
///
/// World coordinates are those of NIfTI: millimetres towards the patient's right, front and head.
public struct VolumeGrid: Hashable, Sendable {
  /// Voxels along the raw axes, each > 0; the first axis is the fastest in memory.
  public let size: SIMD3<Int>
  /// The way from a voxel to the next along each of the three raw axes, mm in world coordinates.
  public let steps: [SIMD3<Double>]
  /// The first voxel's centre, mm in world coordinates.
  public let origin: SIMD3<Double>
  /// The raw axes that run along the display's columns, rows and slices.
  public let axes: [DisplayAxis]

  /// A raw axis as the display sees it.
  public struct DisplayAxis: Hashable, Sendable {
    /// Its place among the raw axes, 0...2.
    public var raw: Int
    /// It runs against the display: to the right, to the front, or to the feet.
    public var isFlipped: Bool
  }

  /// Whether a header's steps can be those of a scan: of lengths from 1 nm to 1 m, in three
  /// directions, from an origin within 1 km.
  public static func isSound(steps: [SIMD3<Double>], origin: SIMD3<Double>) -> Bool {
    guard steps.count == 3, steps.allSatisfy({ (1e-6...1e3).contains(norm($0)) }),
      norm(origin) < 1e6
    else { return false }
    let units = steps.map { $0 / norm($0) }
    return abs((units[0] * cross(units[1], units[2])).sum()) > 1e-3
  }

  /// - Precondition: three steps, none of them zero; sizes > 0.
  public init(size: SIMD3<Int>, steps: [SIMD3<Double>], origin: SIMD3<Double>) {
    precondition(
      size.min() > 0 && steps.count == 3 && steps.allSatisfy { norm($0) > 0 },
      "a grid of \(size) voxels with steps \(steps)")
    (self.size, self.steps, self.origin) = (size, steps, origin)
    axes = displayAxes(steps)
  }

  /// A grid of which only the spacing is known: its raw order is display order. A spacing that no
  /// scan has counts as 1 mm.
  public init(size: SIMD3<Int>, spacing: SIMD3<Double>) {
    func step(_ length: Double) -> Double { (1e-6...1e3).contains(length) ? length : 1 }
    self.init(
      size: size,
      steps: [
        SIMD3(-step(spacing.x), 0, 0), SIMD3(0, -step(spacing.y), 0),
        SIMD3(0, 0, step(spacing.z)),
      ], origin: .zero)
  }

  /// Columns of a displayed slice.
  public var width: Int { size[axes[0].raw] }
  /// Rows of a displayed slice.
  public var height: Int { size[axes[1].raw] }
  /// Slices from the feet to the head.
  public var sliceCount: Int { size[axes[2].raw] }
  /// Of a displayed slice.
  public var spacing: Spacing { Spacing(x: length(axes[0].raw), y: length(axes[1].raw)) }
  /// Millimetres from slice to slice.
  public var sliceSpacing: Double { length(axes[2].raw) }

  private func length(_ raw: Int) -> Double { norm(steps[raw]) }

  /// The centre of the displayed voxel at column, row and slice `index`, mm in world coordinates.
  public func position(ofDisplayed index: SIMD3<Int>) -> SIMD3<Double> {
    zip(axes, 0..<3).reduce(origin) { sum, pair in
      let (axis, place) = pair
      let raw = axis.isFlipped ? size[axis.raw] - 1 - index[place] : index[place]
      return sum + steps[axis.raw] * Double(raw)
    }
  }

  /// The grid whose raw order is this one's display order.
  public var displayed: VolumeGrid {
    VolumeGrid(
      size: SIMD3(width, height, sliceCount),
      steps: axes.map { $0.isFlipped ? -steps[$0.raw] : steps[$0.raw] },
      origin: position(ofDisplayed: .zero))
  }

  /// Where displayed column, row and slice 0 lie in memory, and how many voxels one step of each is.
  var displayOrder: (start: Int, strides: [Int]) {
    let strides = [1, size.x, size.x * size.y]
    let start = axes.reduce(0) { sum, axis in
      sum + (axis.isFlipped ? (size[axis.raw] - 1) * strides[axis.raw] : 0)
    }
    return (start, axes.map { $0.isFlipped ? -strides[$0.raw] : strides[$0.raw] })
  }
}

/// The vector at right angles to both.
package func cross(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(
    one.y * other.z - one.z * other.y, one.z * other.x - one.x * other.z,
    one.x * other.y - one.y * other.x)
}

/// The vector's length.
package func norm(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

/// The assignment of raw axes to columns (towards the left), rows (towards the back) and slices
/// (towards the head) that turns the axes least.
private func displayAxes(_ steps: [SIMD3<Double>]) -> [VolumeGrid.DisplayAxis] {
  let towards = [-1.0, -1, 1]
  let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
  func agreement(_ order: [Int]) -> Double {
    (0..<3).reduce(0) { $0 + abs(steps[order[$1]][$1]) / norm(steps[order[$1]]) }
  }
  let best = orders.dropFirst().reduce(orders[0]) { agreement($1) > agreement($0) ? $1 : $0 }
  return (0..<3).map {
    VolumeGrid.DisplayAxis(raw: best[$0], isFlipped: steps[best[$0]][$0] * towards[$0] < 0)
  }
}
