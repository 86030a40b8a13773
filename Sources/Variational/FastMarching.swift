import Imaging

/// The solution of `|grad D| = slope`, `D = 0` on `seeds`, with unit spacing and the first-order
/// Godunov scheme (Zhao 2005), by fast marching (Sethian 1996): O(n log n).
///
/// - Precondition: `seeds` is not empty; `slope` has a positive value for every pixel.
public func fastMarching(slope: [Double], from seeds: Mask) -> [Double] {
  precondition(slope.count == seeds.pixels.count && seeds.area > 0)
  return MarchingFront(slope: slope, seeds: seeds).march()
}

/// The state of a march, on the image's grid with a border of one pixel round it.
///
/// The border is never reached, so that every pixel has four neighbours.
private final class MarchingFront {
  private let width: Int
  private let height: Int
  private let stride: Int
  private let slope: UnsafeMutablePointer<Double>
  /// D where it is final, infinite elsewhere.
  private let accepted: UnsafeMutablePointer<Double>
  /// The least D found so far; -1 on the border, which nothing undercuts.
  private let tentative: UnsafeMutablePointer<Double>
  private let heap = TentativeHeap()

  init(slope: [Double], seeds: Mask) {
    (width, height, stride) = (seeds.width, seeds.height, seeds.width + 2)
    let count = stride * (seeds.height + 2)
    func filled(_ value: Double) -> UnsafeMutablePointer<Double> {
      let memory = UnsafeMutablePointer<Double>.allocate(capacity: count)
      memory.initialize(repeating: value, count: count)
      return memory
    }
    (self.slope, accepted, tentative) = (filled(0), filled(.infinity), filled(-1))
    for index in slope.indices {
      let place = place(of: index)
      self.slope[place] = slope[index]
      tentative[place] = seeds.pixels[index] ? 0 : .infinity
      if seeds.pixels[index] { accepted[place] = 0 }
    }
  }

  deinit {
    slope.deallocate()
    accepted.deallocate()
    tentative.deallocate()
  }

  private func place(of index: Int) -> Int {
    (index / width + 1) * stride + index % width + 1
  }

  func march() -> [Double] {
    let places = (0..<width * height).map(place)
    for place in places where accepted[place] == 0 { reachNeighbours(of: place) }
    while let next = heap.popLeast() {
      // An entry is stale when a smaller value was found after it was pushed.
      guard next.value == tentative[next.place] else { continue }
      accepted[next.place] = next.value
      reachNeighbours(of: next.place)
    }
    return places.map { accepted[$0] }
  }

  private func reachNeighbours(of place: Int) {
    let distance = accepted[place]
    reach(place - 1, after: distance)
    reach(place + 1, after: distance)
    reach(place - stride, after: distance)
    reach(place + stride, after: distance)
  }

  @inline(__always)
  private func reach(_ place: Int, after distance: Double) {
    // All that is final lies at most that far, and the border is nearer than everything.
    guard tentative[place] > distance else { return }
    let value = godunov(place)
    guard value < tentative[place] else { return }
    tentative[place] = value
    heap.push(TentativeHeap.Entry(value: value, place: place))
  }

  /// `max(D - a, 0)^2 + max(D - b, 0)^2 = slope^2` for D, a and b the lesser neighbours.
  @inline(__always)
  private func godunov(_ place: Int) -> Double {
    let a = min(accepted[place - 1], accepted[place + 1])
    let b = min(accepted[place - stride], accepted[place + stride])
    let f = slope[place]
    let difference = a - b
    // Comparisons with an infinite or undefined difference are false.
    guard abs(difference) < f else { return min(a, b) + f }
    return (a + b + (2 * f * f - difference * difference).squareRoot()) / 2
  }
}

/// A four-ary heap of tentative distances, least first.
private final class TentativeHeap {
  struct Entry {
    var value: Double
    var place: Int
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 1024
  private var count = 0

  init() { entries = .allocate(capacity: capacity) }

  deinit { entries.deallocate() }

  func push(_ entry: Entry) {
    if count == capacity { grow() }
    var hole = count
    count += 1
    while hole > 0 {
      let parent = (hole - 1) / 4
      guard entry.value < entries[parent].value else { break }
      entries[hole] = entries[parent]
      hole = parent
    }
    entries[hole] = entry
  }

  func popLeast() -> Entry? {
    guard count > 0 else { return nil }
    let least = entries[0]
    count -= 1
    sink(entries[count])
    return least
  }

  /// Puts `entry` in the place of the root and restores the order below.
  private func sink(_ entry: Entry) {
    var hole = 0
    while true {
      let first = 4 * hole + 1
      guard first < count else { break }
      var child = first
      for other in (first + 1)..<max(first + 1, min(first + 4, count))
      where entries[other].value < entries[child].value { child = other }
      guard entries[child].value < entry.value else { break }
      entries[hole] = entries[child]
      hole = child
    }
    entries[hole] = entry
  }

  private func grow() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: entries, count: count)
    entries.deallocate()
    (entries, capacity) = (larger, 2 * capacity)
  }
}
