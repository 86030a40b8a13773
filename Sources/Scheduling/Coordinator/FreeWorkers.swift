import HeapModule

/// A worker with room for a lease. The entry becomes stale when the worker's number of leases
/// changes.
struct FreeWorker: Comparable, Sendable {
  let leases: Int
  let number: Int
  let worker: WorkerID

  static func < (one: FreeWorker, other: FreeWorker) -> Bool {
    (one.leases, one.number) < (other.leases, other.number)
  }
}

/// The workers with room for a lease, grouped by the number of GPUs of their machines.
struct FreeWorkers: Sendable {
  /// One heap for each number of GPUs, in ascending order of that number.
  private var heaps: [(gpus: Int, workers: Heap<FreeWorker>)] = []

  /// Adds a worker whose machine has this number of GPUs.
  mutating func append(_ worker: FreeWorker, gpus: Int) {
    let index = heaps.firstIndex { $0.gpus >= gpus } ?? heaps.endIndex
    if index == heaps.endIndex || heaps[index].gpus != gpus {
      heaps.insert((gpus, Heap()), at: index)
    }
    heaps[index].workers.insert(worker)
  }

  /// Removes and returns the worker with the fewest leases that has at least this number of GPUs.
  /// Among workers with equally many leases, one with fewer GPUs is preferred, then the one that
  /// joined first.
  mutating func popFirst(gpus need: Int, where isFree: (FreeWorker) -> Bool) -> WorkerID? {
    var best: (index: Int, leases: Int)?
    for index in heaps.indices where heaps[index].gpus >= need {
      while let entry = heaps[index].workers.min, !isFree(entry) {
        heaps[index].workers.removeMin()
      }
      guard let entry = heaps[index].workers.min else { continue }
      if best.map({ entry.leases < $0.leases }) ?? true { best = (index, entry.leases) }
    }
    return best.flatMap { heaps[$0.index].workers.popMin()?.worker }
  }
}
