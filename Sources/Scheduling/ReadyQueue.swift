import Experiments

/// The jobs that wait for a worker, by how many cards that worker's machine must have.
struct ReadyQueue: Sendable {
  /// A job's place in the queue: first what was handed out before, then in plan order.
  private struct Entry: Comparable, Sendable {
    let isNew: Bool
    let rank: Int
    let place: Int

    static func < (one: Entry, other: Entry) -> Bool {
      one.isNew == other.isNew ? one.rank < other.rank : !one.isNew
    }
  }

  private var heaps: [Int: Heap<Entry>] = [:]

  /// Appends the job at `place` of the ledger.
  mutating func append(_ job: JobStatus, at place: Int) {
    let entry = Entry(isNew: job.lastAttempt == 0, rank: job.rank, place: place)
    heaps[job.planned.job.cardsNeeded, default: Heap()].push(entry)
  }

  /// What the jobs need that still are ready, the most first: whoever has cards is given what only it
  /// can do.
  mutating func needs(where isReady: (Int) -> Bool) -> [Int] {
    for need in heaps.keys { dropStale(need, isReady) }
    return heaps.keys.sorted(by: >)
  }

  /// Takes the next job of those that need so much.
  mutating func popFirst(needing need: Int, where isReady: (Int) -> Bool) -> Int? {
    dropStale(need, isReady)
    return heaps[need]?.pop()?.place
  }

  /// A job may be in it more than once, and may have gone another way meanwhile.
  private mutating func dropStale(_ need: Int, _ isReady: (Int) -> Bool) {
    while let entry = heaps[need]?.first, !isReady(entry.place) { _ = heaps[need]?.pop() }
    if heaps[need]?.isEmpty == true { heaps[need] = nil }
  }
}
