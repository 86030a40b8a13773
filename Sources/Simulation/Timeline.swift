import HeapModule
import Scheduling

/// The queue of simulated events, in the order of time. Events of the same instant are returned in
/// the order in which they were added.
struct Timeline {
  private struct Entry: Comparable, Sendable {
    let time: Instant
    let number: Int
    let slot: Int

    static func < (one: Entry, other: Entry) -> Bool {
      one.time == other.time ? one.number < other.number : one.time < other.time
    }
  }

  private var heap = Heap<Entry>()
  /// The events, by slot. The heap holds only slot numbers, because events are too large to be
  /// moved in it.
  private var slots: [SimulatedEvent] = []
  private var vacant: [Int] = []
  private var planned = 0

  mutating func add(_ event: SimulatedEvent, at time: Instant) {
    planned += 1
    let slot: Int
    if let free = vacant.popLast() {
      slot = free
      slots[free] = event
    } else {
      slot = slots.count
      slots.append(event)
    }
    heap.insert(Entry(time: time, number: planned, slot: slot))
  }

  mutating func next() -> (time: Instant, event: SimulatedEvent)? {
    guard let entry = heap.popMin() else { return nil }
    vacant.append(entry.slot)
    return (entry.time, slots[entry.slot])
  }
}
