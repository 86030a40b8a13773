/// The connected components of a mask, or of a volume whose masks are appended slice by slice from
/// the feet upwards.
///
/// Pixels are connected across edges (4 neighbours in a slice), voxels across faces (6 neighbours
/// in a volume). The object is stored as runs along the rows and the runs are joined by union-find,
/// so memory grows with the object's surface and not with the volume.
public struct ConnectedComponents: Sendable {
  /// One connected component of the object.
  public struct Component: Sendable {
    /// The number of pixels or voxels.
    public fileprivate(set) var size = 0
    /// The mean column index of its pixels.
    public var meanColumn: Double { columnSum / Double(size) }
    fileprivate var columnSum = 0.0
    fileprivate var runs: [Int] = []
  }

  private struct RowRun {
    var slice: Int
    var row: Int
    var columns: Range<Int>
  }

  private let width: Int
  private let height: Int
  private var spacing = Spacing.unknown
  private var runs: [RowRun] = []
  private var parents: [Int] = []
  /// The runs of each row of the slice that was appended last.
  private var previousRows: [Range<Int>] = []
  private var sliceCount = 0

  /// Creates an empty volume of slices of `width` x `height` pixels.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Finds the components of one mask.
  public init(of mask: Mask) {
    self.init(width: mask.width, height: mask.height)
    append(mask)
  }

  /// Adds the next slice towards the head.
  ///
  /// - Precondition: the mask has the size of the other slices.
  public mutating func append(_ mask: Mask) {
    precondition((mask.width, mask.height) == (width, height), "slices differ in size")
    spacing = mask.spacing
    var rows: [Range<Int>] = []
    for y in 0..<height {
      let first = runs.count
      appendRuns(of: mask, row: y)
      rows.append(first..<runs.count)
      if y > 0 { join(rows[y], with: rows[y - 1]) }
      if !previousRows.isEmpty { join(rows[y], with: previousRows[y]) }
    }
    previousRows = rows
    sliceCount += 1
  }

  private mutating func appendRuns(of mask: Mask, row: Int) {
    var start: Int?
    for x in 0...width {
      let isInside = x < width && mask[x, row]
      if isInside, start == nil { start = x }
      if !isInside, let first = start {
        parents.append(runs.count)
        runs.append(RowRun(slice: sliceCount, row: row, columns: first..<x))
        start = nil
      }
    }
  }

  /// Joins the overlapping runs of two neighbouring rows; the runs of both are ordered by column.
  private mutating func join(_ one: Range<Int>, with other: Range<Int>) {
    var first = one.lowerBound
    var second = other.lowerBound
    while first < one.upperBound, second < other.upperBound {
      if runs[first].columns.overlaps(runs[second].columns) { unite(first, with: second) }
      if runs[first].columns.upperBound < runs[second].columns.upperBound {
        first += 1
      } else {
        second += 1
      }
    }
  }

  private mutating func unite(_ one: Int, with other: Int) {
    let first = root(of: one)
    let second = root(of: other)
    parents[max(first, second)] = min(first, second)
  }

  private mutating func root(of run: Int) -> Int {
    var run = run
    while parents[run] != run {
      parents[run] = parents[parents[run]]
      run = parents[run]
    }
    return run
  }

  /// Returns the components, the largest first; components of equal size are ordered by their first
  /// run.
  public mutating func components() -> [Component] {
    var found: [Int: Component] = [:]
    for (index, run) in runs.enumerated() {
      let middle = Double(run.columns.lowerBound + run.columns.upperBound - 1) / 2
      found[root(of: index), default: Component()].size += run.columns.count
      found[root(of: index)]?.columnSum += middle * Double(run.columns.count)
      found[root(of: index)]?.runs.append(index)
    }
    return found.values.sorted { ($1.size, $0.runs[0]) < ($0.size, $1.runs[0]) }
  }

  /// Returns the mask of a component in the slice at `index`, counted from the feet.
  public func mask(of component: Component, slice index: Int = 0) -> Mask {
    var mask = Mask(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: width * height))
    for run in component.runs.map({ runs[$0] }) where run.slice == index {
      for x in run.columns { mask[x, run.row] = true }
    }
    return mask
  }
}
