import Jobs

/// The jobs that wait for a worker, by how many GPUs that worker's machine must have.
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

  /// The most GPUs first; not a dictionary, since mostly there is one.
  private var heaps: [(need: Int, entries: Heap<Entry>)] = []

  /// Appends the job at `place` of the ledger.
  mutating func append(_ job: JobStatus, at place: Int) {
    let entry = Entry(isNew: job.lastAttempt == 0, rank: job.rank, place: place)
    let need = job.planned.job.requiredGPUs
    let place = heaps.firstIndex { $0.need <= need } ?? heaps.endIndex
    if place == heaps.endIndex || heaps[place].need != need {
      heaps.insert((need, Heap()), at: place)
    }
    heaps[place].entries.push(entry)
  }

  /// What the jobs need that still are ready, the most first: whoever has GPUs is given what only it
  /// can do.
  mutating func needs(where isReady: (Int) -> Bool) -> [Int] {
    dropStale(isReady)
    return heaps.map(\.need)
  }

  /// Takes the next job of those that need so much.
  mutating func popFirst(needing need: Int, where isReady: (Int) -> Bool) -> Int? {
    dropStale(isReady)
    guard let place = heaps.firstIndex(where: { $0.need == need }) else { return nil }
    return heaps[place].entries.pop()?.place
  }

  /// A job may be in it more than once, and may have gone another way meanwhile.
  private mutating func dropStale(_ isReady: (Int) -> Bool) {
    for place in heaps.indices.reversed() {
      while let entry = heaps[place].entries.first, !isReady(entry.place) {
        _ = heaps[place].entries.pop()
      }
      if heaps[place].entries.isEmpty { heaps.remove(at: place) }
    }
  }
}
