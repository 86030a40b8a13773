import Imaging

/// The constants of the eikonal equation's right-hand side
/// `epsilon + beta |grad f_sigma|^2 + vartheta D_E` (MATH: section 2).
public struct GeodesicParameters: Hashable, Sendable {
  /// The slope where the image is flat, > 0.
  public var epsilon = 1e-3
  /// The gradient's weight, for f in `[0, 1]`.
  public var beta = 1000.0
  /// Standard deviation of the Gaussian before the gradient, in pixels.
  public var sigma = 0.0
  /// Weight of the Euclidean distance to the markers, normalised to `[0, 1]`.
  public var vartheta = 0.0

  /// The authors' constants.
  public init() {}
}

/// The geodesic distance D_G from the markers, scaled to `[0, 1]` (Roberts, Chen and Irion 2019).
///
/// Solves `|grad D| = epsilon + beta |grad f_sigma|^2 + vartheta D_E`, `D = 0` on the markers, in
/// pixel units, by fast marching; then divides by the largest value.
///
/// - Precondition: `markers` is not empty and on the image's grid.
public func geodesicDistance(
  _ image: Image, from markers: Mask, _ parameters: GeodesicParameters = GeodesicParameters()
) -> Image {
  var slope = image.smoothed(sigma: parameters.sigma).squaredGradient().map {
    parameters.epsilon + parameters.beta * $0
  }
  if parameters.vartheta > 0 {
    let euclidean = fastMarching(slope: slope.map { _ in 1 }, from: markers)
    let farthest = max(euclidean.max() ?? 0, .leastNormalMagnitude)
    for i in slope.indices { slope[i] += parameters.vartheta * euclidean[i] / farthest }
  }
  let distance = fastMarching(slope: slope, from: markers)
  let farthest = max(distance.max() ?? 0, .leastNormalMagnitude)
  var result = image
  result.pixels = distance.map { Float($0 / farthest) }
  return result
}

/// The solution of `|grad D| = slope`, `D = 0` on `seeds`, with unit spacing and the first-order
/// Godunov scheme (Zhao 2005), by fast marching (Sethian 1996): O(n log n).
///
/// - Precondition: `seeds` is not empty; `slope` has a positive value for every pixel.
public func fastMarching(slope: [Double], from seeds: Mask) -> [Double] {
  var front = MarchingFront(slope: slope, seeds: seeds)
  return front.march()
}

/// The state of a march: accepted values, and a heap of tentative ones.
private struct MarchingFront {
  private let width: Int
  private let height: Int
  private let slope: [Double]
  private var distance: [Double]
  private var isAccepted: [Bool]
  private var heap = TentativeHeap()

  init(slope: [Double], seeds: Mask) {
    precondition(slope.count == seeds.pixels.count && seeds.area > 0)
    (width, height, self.slope) = (seeds.width, seeds.height, slope)
    distance = seeds.pixels.map { $0 ? 0 : .infinity }
    isAccepted = seeds.pixels
    for index in seeds.pixels.indices where seeds.pixels[index] { reachNeighbours(of: index) }
  }

  mutating func march() -> [Double] {
    while let (value, index) = heap.popFirst() {
      // An entry is stale when a smaller value was found after it was pushed.
      guard !isAccepted[index], value == distance[index] else { continue }
      isAccepted[index] = true
      reachNeighbours(of: index)
    }
    return distance
  }

  private mutating func reachNeighbours(of index: Int) {
    let (x, y) = (index % width, index / width)
    if x > 0 { reach(index - 1) }
    if x + 1 < width { reach(index + 1) }
    if y > 0 { reach(index - width) }
    if y + 1 < height { reach(index + width) }
  }

  private mutating func reach(_ index: Int) {
    guard !isAccepted[index] else { return }
    let value = godunov(index)
    guard value < distance[index] else { return }
    distance[index] = value
    heap.push(value, index)
  }

  private func godunov(_ index: Int) -> Double {
    let (x, y) = (index % width, index / width)
    func accepted(_ isInside: Bool, _ neighbour: Int) -> Double {
      isInside && isAccepted[neighbour] ? distance[neighbour] : .infinity
    }
    let a = min(accepted(x > 0, index - 1), accepted(x + 1 < width, index + 1))
    let b = min(accepted(y > 0, index - width), accepted(y + 1 < height, index + width))
    let f = slope[index]
    if abs(a - b) >= f || a == .infinity || b == .infinity { return min(a, b) + f }
    return (a + b + (2 * f * f - (a - b) * (a - b)).squareRoot()) / 2
  }
}

/// A binary heap of tentative distances, smallest first; ties go to the smaller pixel index, so
/// that the order is one.
private struct TentativeHeap {
  private var entries: [(value: Double, index: Int)] = []

  mutating func push(_ value: Double, _ index: Int) {
    entries.append((value, index))
    var child = entries.count - 1
    while child > 0, entries[child] < entries[(child - 1) / 2] {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> (value: Double, index: Int)? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && entries[child] < entries[least] { least = child }
      guard least != parent else { return first }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
