import HeapModule
import Jobs

/// The queue of ready jobs, grouped by the number of GPUs that they require.
struct ReadyQueue: Sendable {
  /// A job in the queue. Jobs that were leased before come first; otherwise the order of requests
  /// decides.
  private struct Entry: Comparable, Sendable {
    let isNew: Bool
    let rank: Int
    let index: Int

    static func < (one: Entry, other: Entry) -> Bool {
      one.isNew == other.isNew ? one.rank < other.rank : !one.isNew
    }
  }

  /// One heap for each number of GPUs, in descending order of that number. An array is faster than
  /// a dictionary here, because there is usually one entry.
  private var heaps: [(need: Int, entries: Heap<Entry>)] = []

  /// Adds the job at this index of the ledger.
  mutating func append(_ job: JobStatus, at index: Int) {
    let entry = Entry(isNew: job.lastAttempt == 0, rank: job.rank, index: index)
    let need = job.planned.job.requiredGPUs
    let index = heaps.firstIndex { $0.need <= need } ?? heaps.endIndex
    if index == heaps.endIndex || heaps[index].need != need {
      heaps.insert((need, Heap()), at: index)
    }
    heaps[index].entries.insert(entry)
  }

  /// Returns the numbers of GPUs that ready jobs require, largest first, so that a worker with GPUs
  /// gets the jobs that only it can compute.
  mutating func needs(where isReady: (Int) -> Bool) -> [Int] {
    dropStale(isReady)
    return heaps.map(\.need)
  }

  /// Removes and returns the next job that requires this number of GPUs.
  mutating func popFirst(needing need: Int, where isReady: (Int) -> Bool) -> Int? {
    dropStale(isReady)
    guard let index = heaps.firstIndex(where: { $0.need == need }) else { return nil }
    return heaps[index].entries.popMin()?.index
  }

  /// Removes the leading entries whose jobs are not ready any more. A job may be in the queue more
  /// than once.
  private mutating func dropStale(_ isReady: (Int) -> Bool) {
    for index in heaps.indices.reversed() {
      while let entry = heaps[index].entries.min, !isReady(entry.index) {
        heaps[index].entries.removeMin()
      }
      if heaps[index].entries.isEmpty { heaps.remove(at: index) }
    }
  }
}
