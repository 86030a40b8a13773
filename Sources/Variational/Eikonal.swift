import Imaging

/// Solves the eikonal equation `|grad D| = slope` with `D = 0` on the seeds, equation (16).
///
/// The grid has unit spacing, the discretisation is the first-order Godunov scheme, equation (18).
/// A front propagates from the seeds as in fast marching (Sethian 1996), but in the order of a
/// bucket queue (Yatziv, Bartesaghi and Sapiro 2006), which takes linear time. Pixels of one bucket
/// may be processed in the wrong order; they are corrected afterwards, so that the result is that
/// of fast marching up to rounding.
///
/// - Parameters:
///   - slope: right-hand side of every pixel, row-major, positive and finite.
///   - seeds: mask of the pixels at distance 0, not empty.
/// - Returns: the distance of every pixel, row-major.
public func solveEikonal(slope: [Double], from seeds: Mask) -> [Double] {
  precondition(slope.count == seeds.pixels.count && seeds.area > 0)
  var front = PropagatingFront(slope: slope, seeds: seeds)
  defer { front.deallocate() }
  front.propagate()
  return front.distances()
}

/// The state of an eikonal solver on the image's grid, surrounded by a border of one pixel.
///
/// The front never enters the border, which gives every pixel four neighbours. The owner calls
/// `deallocate()`.
private struct PropagatingFront {
  /// A pixel's two values, side by side in memory because they are read together.
  struct Node {
    /// Least distance found so far.
    var distance: Double
    /// Right-hand side of the equation: negative until the neighbours have been updated with
    /// `distance`, 0 on the border.
    var slope: Double
  }

  private static let border = Node(distance: .infinity, slope: 0)

  private let width: Int
  private let height: Int
  private let stride: Int
  private let nodes: UnsafeMutablePointer<Node>
  private var queue: BucketQueue

  init(slope: [Double], seeds: Mask) {
    width = seeds.width
    height = seeds.height
    stride = seeds.width + 2
    let count = stride * (seeds.height + 2)
    nodes = .allocate(capacity: count)
    adviseHugePages(
      UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: nodes, count: count)))
    queue = BucketQueue(steps: slope)
    // Every node is written once and in order, because memory limits the speed on large images.
    nodes.initialize(repeating: Self.border, count: stride + 1)
    for y in 0..<height { initialiseRow(y, slope: slope, seeds: seeds) }
    (nodes + (height + 1) * stride + 1).initialize(repeating: Self.border, count: stride - 1)
  }

  private mutating func initialiseRow(_ y: Int, slope: [Double], seeds: Mask) {
    let source = y * width
    let target = (y + 1) * stride + 1
    for x in 0..<width {
      let slope = slope[source + x]
      guard seeds.pixels[source + x] else {
        (nodes + target + x).initialize(to: Node(distance: .infinity, slope: slope))
        continue
      }
      (nodes + target + x).initialize(to: Node(distance: 0, slope: -slope))
      queue.push(target + x, at: 0)
    }
    // The right border of this row and the left border of the next.
    (nodes + target + width).initialize(repeating: Self.border, count: 2)
  }

  func deallocate() {
    nodes.deallocate()
    queue.deallocate()
  }

  mutating func propagate() {
    while var entry = queue.takeNearest() {
      repeat {
        let index = queue.index(of: entry)
        let node = nodes[index]
        // A pixel that was pushed several times is processed only once.
        guard node.slope < 0 else { continue }
        nodes[index].slope = -node.slope
        update(index - 1, after: node.distance)
        update(index + 1, after: node.distance)
        update(index - stride, after: node.distance)
        update(index + stride, after: node.distance)
      } while queue.advance(&entry)
    }
  }

  @inline(__always)
  private mutating func update(_ index: Int, after distance: Double) {
    let node = nodes[index]
    guard node.distance > distance else { return }
    let slope = abs(node.slope)
    guard slope > 0 else { return }
    let value = godunov(index, slope: slope)
    guard value < node.distance else { return }
    nodes[index] = Node(distance: value, slope: -slope)
    queue.push(index, at: value)
  }

  /// Returns the distance of a pixel from those of its neighbours, by equation (18).
  @inline(__always)
  private func godunov(_ index: Int, slope: Double) -> Double {
    let a = min(nodes[index - 1].distance, nodes[index + 1].distance)
    let b = min(nodes[index - stride].distance, nodes[index + stride].distance)
    let low = min(a, b)
    // If the farther neighbour exceeds this value, it has no influence, and D = low + slope.
    // Clamping it gives the same D by one formula and avoids a branch that would be mispredicted
    // half the time.
    let high = min(max(a, b), low + slope)
    let difference = high - low
    // equation (18)
    return (low + high + (2 * slope * slope - difference * difference).squareRoot()) / 2
  }

  func distances() -> [Double] {
    [Double](unsafeUninitializedCapacity: width * height) { result, count in
      adviseHugePages(UnsafeMutableRawBufferPointer(result))
      for y in 0..<height {
        for x in 0..<width {
          result[y * width + x] = nodes[(y + 1) * stride + 1 + x].distance
        }
      }
      count = width * height
    }
  }
}
