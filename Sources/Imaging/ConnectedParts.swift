/// The connected parts of a mask, or of a volume of masks given slice by slice from the feet on.
///
/// Neighbours share an edge (4 in a slice) or a face (6 in a volume). Kept as runs along the rows,
/// so that memory follows the object's surface and not the volume.
public struct ConnectedParts: Sendable {
  /// A connected part.
  public struct Part: Sendable {
    /// Pixels or voxels.
    public fileprivate(set) var size = 0
    /// The mean column.
    public var centre: Double { sum / Double(size) }
    fileprivate var sum = 0.0
    fileprivate var runs: [Int] = []
  }

  private struct Run {
    var (slice, row): (Int, Int)
    var columns: Range<Int>
  }

  private let (width, height): (Int, Int)
  private var spacing = Spacing.unit
  private var runs: [Run] = []
  private var parents: [Int] = []
  /// The runs of each row of the slice below.
  private var below: [Range<Int>] = []
  private var sliceCount = 0

  /// - Parameters: `width`, `height`: of every slice.
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// The parts of one mask.
  public init(of mask: Mask) {
    self.init(width: mask.width, height: mask.height)
    append(mask)
  }

  /// Adds the slice that lies on those before.
  ///
  /// - Precondition: it has their size.
  public mutating func append(_ mask: Mask) {
    precondition((mask.width, mask.height) == (width, height), "slices differ in size")
    spacing = mask.spacing
    var rows: [Range<Int>] = []
    for y in 0..<height {
      let first = runs.count
      appendRuns(of: mask, row: y)
      rows.append(first..<runs.count)
      if y > 0 { join(rows[y], rows[y - 1]) }
      if !below.isEmpty { join(rows[y], below[y]) }
    }
    below = rows
    sliceCount += 1
  }

  private mutating func appendRuns(of mask: Mask, row: Int) {
    var start: Int?
    for x in 0...width {
      let isInside = x < width && mask[x, row]
      if isInside, start == nil { start = x }
      if !isInside, let first = start {
        parents.append(runs.count)
        runs.append(Run(slice: sliceCount, row: row, columns: first..<x))
        start = nil
      }
    }
  }

  /// Joins the runs of two neighbouring rows that overlap; both are in order.
  private mutating func join(_ one: Range<Int>, _ other: Range<Int>) {
    var (first, second) = (one.lowerBound, other.lowerBound)
    while first < one.upperBound, second < other.upperBound {
      if runs[first].columns.overlaps(runs[second].columns) { unite(first, second) }
      if runs[first].columns.upperBound < runs[second].columns.upperBound {
        first += 1
      } else {
        second += 1
      }
    }
  }

  private mutating func unite(_ one: Int, _ other: Int) {
    let (first, second) = (root(one), root(other))
    parents[max(first, second)] = min(first, second)
  }

  private mutating func root(_ run: Int) -> Int {
    var run = run
    while parents[run] != run {
      parents[run] = parents[parents[run]]
      run = parents[run]
    }
    return run
  }

  /// The parts, the largest first; of equal ones the one that begins first.
  public mutating func parts() -> [Part] {
    var found: [Int: Part] = [:]
    for (index, run) in runs.enumerated() {
      let middle = Double(run.columns.lowerBound + run.columns.upperBound - 1) / 2
      found[root(index), default: Part()].size += run.columns.count
      found[root(index)]?.sum += middle * Double(run.columns.count)
      found[root(index)]?.runs.append(index)
    }
    return found.values.sorted { ($1.size, $0.runs[0]) < ($0.size, $1.runs[0]) }
  }

  /// One of the parts where it meets the slice at `index`.
  public func mask(of part: Part, slice index: Int = 0) -> Mask {
    var mask = Mask(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: width * height))
    for run in part.runs.map({ runs[$0] }) where run.slice == index {
      for x in run.columns { mask[x, run.row] = true }
    }
    return mask
  }
}
