/// A worker with room for a lease; stale once its number of leases has changed.
struct FreeWorker: Comparable, Sendable {
  let leases: Int
  let number: Int
  let worker: WorkerID

  static func < (one: FreeWorker, other: FreeWorker) -> Bool {
    (one.leases, one.number) < (other.leases, other.number)
  }
}

/// The workers with room for a lease, by how many cards their machines have.
struct FreeWorkers: Sendable {
  private var heaps: [Int: Heap<FreeWorker>] = [:]

  /// Remembers a worker.
  mutating func append(_ worker: FreeWorker, cards: Int) {
    heaps[cards, default: Heap()].push(worker)
  }

  /// Takes the least laden worker with at least so many cards; among equals one with fewer, and then
  /// whoever came first.
  mutating func popFirst(cards need: Int, where isFree: (FreeWorker) -> Bool) -> WorkerID? {
    var best: (cards: Int, entry: FreeWorker)?
    for cards in heaps.keys.sorted() where cards >= need {
      while let entry = heaps[cards]?.first, !isFree(entry) { _ = heaps[cards]?.pop() }
      guard let entry = heaps[cards]?.first else { continue }
      if best.map({ entry.leases < $0.entry.leases }) ?? true { best = (cards, entry) }
    }
    return best.flatMap { heaps[$0.cards]?.pop()?.worker }
  }
}
