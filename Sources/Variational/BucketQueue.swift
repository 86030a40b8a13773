/// A priority queue of pixel indices whose keys are distances, rounded down to buckets.
///
/// The buckets form a ring of singly linked lists (an untidy priority queue; Yatziv, Bartesaghi and
/// Sapiro 2006), so that every operation takes constant time. No distance in the queue may exceed
/// the least one by more than the longest step. The owner calls `deallocate()`.
struct BucketQueue {
  /// Number of buckets in the ring, a power of 2.
  private static let bucketCount = 1 << 14
  private static let none: Int32 = -1

  /// An element of a bucket's list, or of the list of free entries.
  private struct Entry {
    var index: Int32
    var next: Int32
  }

  private let heads: UnsafeMutablePointer<Int32>
  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 1 << 12
  private var used = 0
  private var free = Self.none
  private var count = 0
  private var nearest = 0
  /// Number of buckets per unit of distance.
  private let scale: Double

  /// Makes an empty queue for paths with steps of the given lengths, all positive.
  ///
  /// A bucket is as wide as the shortest step, or wider if the ring would otherwise have too few
  /// buckets.
  init(steps: [Double]) {
    var shortest = Double.infinity
    var longest = 0.0
    for step in steps {
      shortest = min(shortest, step)
      longest = max(longest, step)
    }
    scale = 1 / max(shortest, longest / Double(Self.bucketCount - 2))
    heads = .allocate(capacity: Self.bucketCount)
    heads.initialize(repeating: Self.none, count: Self.bucketCount)
    entries = .allocate(capacity: capacity)
  }

  func deallocate() {
    heads.deallocate()
    entries.deallocate()
  }

  @inline(__always)
  mutating func push(_ index: Int, at distance: Double) {
    let bucket = Int(distance * scale) & (Self.bucketCount - 1)
    let entry = newEntry()
    entries[entry] = Entry(index: Int32(truncatingIfNeeded: index), next: heads[bucket])
    heads[bucket] = Int32(truncatingIfNeeded: entry)
    count += 1
  }

  @inline(__always)
  private mutating func newEntry() -> Int {
    if free >= 0 {
      let entry = Int(free)
      free = entries[entry].next
      return entry
    }
    if used == capacity { grow() }
    used += 1
    return used - 1
  }

  /// Removes the list of the nearest bucket and returns its first entry, or nil if the queue is
  /// empty.
  mutating func takeNearest() -> Int? {
    guard count > 0 else { return nil }
    while heads[nearest] == Self.none { nearest = (nearest + 1) & (Self.bucketCount - 1) }
    defer { heads[nearest] = Self.none }
    return Int(heads[nearest])
  }

  @inline(__always)
  func index(of entry: Int) -> Int { Int(entries[entry].index) }

  /// Moves on to the next entry of a removed list and frees the current one; false at the list's
  /// end.
  @inline(__always)
  mutating func advance(_ entry: inout Int) -> Bool {
    let next = entries[entry].next
    entries[entry].next = free
    free = Int32(truncatingIfNeeded: entry)
    count -= 1
    entry = Int(next)
    return next != Self.none
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: entries, count: capacity)
    entries.deallocate()
    entries = larger
    capacity *= 2
  }
}
