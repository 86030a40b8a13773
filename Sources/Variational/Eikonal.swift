import Imaging

/// The solution of `|grad D| = slope`, `D = 0` on `seeds`, with unit spacing and the first-order
/// Godunov scheme (Zhao 2005), row-major.
///
/// A front spreads from the seeds as in fast marching (Sethian 1996), but in the order of a bucket
/// queue (Yatziv, Bartesaghi and Sapiro 2006): O(n), without comparisons. Where pixels of one bucket
/// come in the wrong order, they are corrected, so the solution is fast marching's to rounding.
///
/// - Precondition: `seeds` is not empty; `slope` has a positive, finite value for every pixel.
public func solveEikonal(slope: [Double], from seeds: Mask) -> [Double] {
  precondition(slope.count == seeds.pixels.count && seeds.area > 0)
  var front = SpreadingFront(slope: slope, seeds: seeds)
  defer { front.deallocate() }
  front.spread()
  return front.distances()
}

/// The state of the solution, on the image's grid with a border of one pixel round it.
///
/// The border is never reached, so that every pixel has four neighbours. Its owner deallocates it.
private struct SpreadingFront {
  /// A pixel. Side by side, as they are read together.
  struct Node {
    /// The least D found so far.
    var distance: Double
    /// The right-hand side; negative while the neighbours have not heard of `distance`, 0 on the border.
    var slope: Double
  }

  private let width: Int
  private let height: Int
  private let stride: Int
  private let nodes: UnsafeMutablePointer<Node>
  private var queue: BucketQueue

  init(slope: [Double], seeds: Mask) {
    (width, height, stride) = (seeds.width, seeds.height, seeds.width + 2)
    let count = stride * (seeds.height + 2)
    nodes = .allocate(capacity: count)
    adviseLargePages(
      UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: nodes, count: count)))
    queue = BucketQueue(steps: slope)
    // Every node is written once, in order: where the image is large, the memory is the slow part.
    let border = Node(distance: .infinity, slope: 0)
    nodes.initialize(repeating: border, count: stride + 1)
    for y in 0..<height {
      let (from, to) = (y * width, (y + 1) * stride + 1)
      for x in 0..<width {
        let slope = slope[from + x]
        guard seeds.pixels[from + x] else {
          (nodes + to + x).initialize(to: Node(distance: .infinity, slope: slope))
          continue
        }
        (nodes + to + x).initialize(to: Node(distance: 0, slope: -slope))
        queue.push(to + x, at: 0)
      }
      // The end of this row and the beginning of the next.
      (nodes + to + width).initialize(repeating: border, count: 2)
    }
    (nodes + (height + 1) * stride + 1).initialize(repeating: border, count: stride - 1)
  }

  func deallocate() {
    nodes.deallocate()
    queue.deallocate()
  }

  mutating func spread() {
    while var entry = queue.takeNearest() {
      repeat {
        let place = queue.place(of: entry)
        let node = nodes[place]
        // Otherwise another entry of this pixel came first.
        guard node.slope < 0 else { continue }
        nodes[place].slope = -node.slope
        reach(place - 1, after: node.distance)
        reach(place + 1, after: node.distance)
        reach(place - stride, after: node.distance)
        reach(place + stride, after: node.distance)
      } while queue.advance(&entry)
    }
  }

  @inline(__always)
  private mutating func reach(_ place: Int, after distance: Double) {
    let node = nodes[place]
    guard node.distance > distance else { return }
    let slope = abs(node.slope)
    guard slope > 0 else { return }
    let value = godunov(place, slope)
    guard value < node.distance else { return }
    nodes[place] = Node(distance: value, slope: -slope)
    queue.push(place, at: value)
  }

  /// `max(D - a, 0)^2 + max(D - b, 0)^2 = slope^2` for D, a and b the lesser neighbours.
  @inline(__always)
  private func godunov(_ place: Int, _ slope: Double) -> Double {
    let a = min(nodes[place - 1].distance, nodes[place + 1].distance)
    let b = min(nodes[place - stride].distance, nodes[place + stride].distance)
    let low = min(a, b)
    // Farther than this, the other neighbour has no say, and D = low + slope: the same formula, without
    // a branch that would be guessed wrong half the time.
    let high = min(max(a, b), low + slope)
    let difference = high - low
    return (low + high + (2 * slope * slope - difference * difference).squareRoot()) / 2
  }

  func distances() -> [Double] {
    [Double](unsafeUninitializedCapacity: width * height) { result, count in
      adviseLargePages(UnsafeMutableRawBufferPointer(result))
      for y in 0..<height {
        for x in 0..<width {
          result[y * width + x] = nodes[(y + 1) * stride + 1 + x].distance
        }
      }
      count = width * height
    }
  }
}
