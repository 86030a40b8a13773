/// A worker with room for a lease; stale once its number of leases has changed.
struct FreeWorker: Comparable, Sendable {
  let leases: Int
  let number: Int
  let worker: WorkerID

  static func < (one: FreeWorker, other: FreeWorker) -> Bool {
    (one.leases, one.number) < (other.leases, other.number)
  }
}

/// The workers with room for a lease, by how many GPUs their machines have.
struct FreeWorkers: Sendable {
  /// The fewest GPUs first.
  private var heaps: [(gpus: Int, workers: Heap<FreeWorker>)] = []

  /// Remembers a worker.
  mutating func append(_ worker: FreeWorker, gpus: Int) {
    let place = heaps.firstIndex { $0.gpus >= gpus } ?? heaps.endIndex
    if place == heaps.endIndex || heaps[place].gpus != gpus {
      heaps.insert((gpus, Heap()), at: place)
    }
    heaps[place].workers.push(worker)
  }

  /// Takes the least laden worker with at least so many GPUs; among equals one with fewer, and then
  /// whoever came first.
  mutating func popFirst(gpus need: Int, where isFree: (FreeWorker) -> Bool) -> WorkerID? {
    var best: (place: Int, leases: Int)?
    for place in heaps.indices where heaps[place].gpus >= need {
      while let entry = heaps[place].workers.first, !isFree(entry) {
        _ = heaps[place].workers.pop()
      }
      guard let entry = heaps[place].workers.first else { continue }
      if best.map({ entry.leases < $0.leases }) ?? true { best = (place, entry.leases) }
    }
    return best.flatMap { heaps[$0.place].workers.pop()?.worker }
  }
}
