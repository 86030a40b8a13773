/// Places by their distance, nearest first as far as buckets tell them apart: a ring of lists.
///
/// All distances in it lie within the largest step of the nearest. Its owner deallocates it.
struct BucketQueue {
  /// Of the ring; a power of 2.
  private static let size = 1 << 14
  private static let none: Int32 = -1

  /// One more place in the list of a bucket, or of the entries that are free.
  private struct Entry {
    var place: Int32
    var next: Int32
  }

  private let heads: UnsafeMutablePointer<Int32>
  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 1 << 12
  private var used = 0
  private var free = Self.none
  private var count = 0
  private var nearest = 0
  /// Buckets per distance.
  private let scale: Double

  /// A queue for paths whose steps are as long as these, all positive. Buckets are as wide as the
  /// shortest step, as far as the ring has enough of them.
  init(steps: [Double]) {
    var (shortest, longest) = (Double.infinity, 0.0)
    for step in steps { (shortest, longest) = (min(shortest, step), max(longest, step)) }
    scale = 1 / max(shortest, longest / Double(Self.size - 2))
    heads = .allocate(capacity: Self.size)
    heads.initialize(repeating: Self.none, count: Self.size)
    entries = .allocate(capacity: capacity)
  }

  func deallocate() {
    heads.deallocate()
    entries.deallocate()
  }

  @inline(__always)
  mutating func push(_ place: Int, at distance: Double) {
    let bucket = Int(distance * scale) & (Self.size - 1)
    let entry = newEntry()
    entries[entry] = Entry(place: Int32(truncatingIfNeeded: place), next: heads[bucket])
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

  /// The first entry of the nearest bucket, whose list leaves the queue; nil when all is empty.
  mutating func takeNearest() -> Int? {
    guard count > 0 else { return nil }
    while heads[nearest] == Self.none { nearest = (nearest + 1) & (Self.size - 1) }
    defer { heads[nearest] = Self.none }
    return Int(heads[nearest])
  }

  @inline(__always)
  func place(of entry: Int) -> Int { Int(entries[entry].place) }

  /// Goes to the next entry of a list that was taken, and frees this one; false at the end.
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
    (entries, capacity) = (larger, 2 * capacity)
  }
}
