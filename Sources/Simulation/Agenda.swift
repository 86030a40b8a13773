import HeapModule
import Jobs
import Scheduling

/// Something that will happen in a simulated cluster.
enum Happening: Sendable {
  case coordinatorStarts
  case coordinatorTicks(life: Int)
  /// A batch's facts have reached the disk.
  case journalSynced(life: Int)
  case coordinatorThaws
  case coordinatorHears(WorkerMessage, from: Int, connection: Int)
  /// What was sent to this worker came back.
  case coordinatorMisses(Int)
  case workerStarts
  case workerTicks(Int)
  case workerHears(CoordinatorMessage, Int, connection: Int)
  case fetchArrives(Int, Attempt, [Digest])
  case uploadArrives(Int, BlobReference)
  case uploadSynced(Int, BlobReference, life: Int)
  case uploadAnswered(Int, BlobReference)
  case computes(Int, thread: Int)
  /// An attempt that had not begun has been taken off the compute thread.
  case yields(Int, Attempt)
  case faultStrikes(Fault)
  case linkIsCut(Int, Direction, for: Duration)
}

/// What happens next: by time, and at the same time what was planned first.
struct Agenda {
  private struct Entry: Comparable, Sendable {
    let time: Instant
    let number: Int
    let slot: Int

    static func < (one: Entry, other: Entry) -> Bool {
      one.time == other.time ? one.number < other.number : one.time < other.time
    }
  }

  private var heap = Heap<Entry>()
  /// The happenings themselves, which are too big to be moved about in a heap.
  private var slots: [Happening] = []
  private var vacant: [Int] = []
  private var planned = 0

  mutating func add(_ happening: Happening, at time: Instant) {
    planned += 1
    let slot: Int
    if let free = vacant.popLast() {
      slot = free
      slots[free] = happening
    } else {
      slot = slots.count
      slots.append(happening)
    }
    heap.insert(Entry(time: time, number: planned, slot: slot))
  }

  mutating func next() -> (time: Instant, happening: Happening)? {
    guard let entry = heap.popMin() else { return nil }
    vacant.append(entry.slot)
    return (entry.time, slots[entry.slot])
  }
}
